"""The pages' doors about people, split by noun."""

from revops.workspaces.views.doors import Home, HomeOfWorkspace, Join, NewWorkspace, Profile

__all__ = ["Home", "HomeOfWorkspace", "Join", "NewWorkspace", "Profile"]
