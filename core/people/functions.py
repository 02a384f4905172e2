"""Which sides of the house there are."""

from django.db.models import TextChoices


class Function(TextChoices):
    """Which side of the house a team stands on."""

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
