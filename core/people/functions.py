"""Which sides of the house there are."""

from django.db.models import TextChoices


class Function(TextChoices):
    """Which side of the house a team stands on."""

    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    CUSTOMER_SUCCESS = "customer_success", "Customer success"
    REVOPS = "revops", "RevOps"
