"""Files that packets hold."""

from django.db import models

from core.people.models import Member
from core.tenancy.walls import HeldModel, TenantKey, TenantModel
from lifecycle.models import Record


class PacketFile(HeldModel):
    """A file of a record's packets, kept in the database, where row security keeps it in its workspace. A packet names
    it by its id; `item` is the key of the item it was sent for. `kind` is the type it is served as, `name` as it was
    cleaned."""

    record = TenantKey(Record, related_name="packet_files")
    item = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    by = TenantKey(Member, related_name="+")
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["workspace", "record"], name="packet_file_of_record")]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How a packet names it: its id, and its name for who reads the packet."""
        return f"{self.pk} {self.name}"
