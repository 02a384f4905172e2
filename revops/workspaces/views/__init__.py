"""The pages' doors about people, split by noun."""

from revops.workspaces.views.doors import ApiDocs, Home, HomeOfWorkspace, Join, NewWorkspace, Profile

__all__ = ["ApiDocs", "Home", "HomeOfWorkspace", "Join", "NewWorkspace", "Profile"]
