"""Functions of a company: the sides of the house that teams stand on. A workspace's own are said by its blueprint."""

from django.db.models import TextChoices

LONGEST_KEY = 20  # the columns that hold one


class Function(TextChoices):
    """Those that every blueprint begins with."""

    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    CUSTOMER_SUCCESS = "customer_success", "Customer success"
    REVOPS = "revops", "RevOps"
    FINANCE = "finance", "Finance"
    LEGAL = "legal", "Legal"
    PRODUCT = "product", "Product"
    SERVICES = "services", "Services"
    SUPPORT = "support", "Support"
    PARTNERS = "partners", "Partnerships"


FOUNDED = (Function.MARKETING, Function.SALES, Function.CUSTOMER_SUCCESS, Function.REVOPS)
"""Those that a new workspace has a team of; of others it makes one when it needs it."""
