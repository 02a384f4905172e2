"""The pages' doors about people, split by noun."""

from core.people.views.doors import Home, HomeOfWorkspace, Join, NewWorkspace, Profile

__all__ = ["Home", "HomeOfWorkspace", "Join", "NewWorkspace", "Profile"]
