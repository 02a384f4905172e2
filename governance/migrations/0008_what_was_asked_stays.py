"""What an approver was shown stays: an impact that was worked out is never changed, and none is deleted."""

from django.db import migrations

STAYS = """
create trigger kept before delete on governance_impact for each row execute function public.refuse_change();
create trigger answered before update on governance_impact for each row when (
  old.state in ('done', 'failed') and new is distinct from old
) execute function public.refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_rows_equal_the_document")]

    operations = [
        migrations.RunSQL(STAYS, "drop trigger kept on governance_impact; drop trigger answered on governance_impact;")
    ]
