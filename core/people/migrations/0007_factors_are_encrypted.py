"""Seeds of authenticator apps and of recovery codes, and codes taken over from elsewhere, are encrypted at rest."""

from typing import Any

from django.db import migrations

from core.people.factors import MARK, lock


def encrypt(apps: Any, schema_editor: Any) -> None:
    """Each seed once; what is encrypted already stays."""
    for factor in apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"]):
        for name in ("secret", "seed"):
            if factor.data.get(name) and not factor.data[name].startswith(MARK):
                factor.data[name] = lock(factor.data[name])
        if codes := factor.data.get("migrated_codes"):
            factor.data["migrated_codes"] = [code if code.startswith(MARK) else lock(code) for code in codes]
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0006_makers_of_older_invitations"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt, migrations.RunPython.noop)]
