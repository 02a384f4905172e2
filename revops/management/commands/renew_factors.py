"""`manage.py renew_factors`: second factors that a former secret locked are locked with the present one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from core.people.factors import lock, unlock


class Command(BaseCommand):
    """Every seed of an authenticator app or of recovery codes, once; safe to run again."""

    help = "Lock second factors with the present SECRET_KEY; needs the former ones in SECRET_KEY_FALLBACKS."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            found = Authenticator.objects.select_for_update().filter(type__in=["totp", "recovery_codes"])
            for factor in found:
                for name in {"secret", "seed"} & factor.data.keys():
                    factor.data[name] = lock(unlock(factor.data[name]))
                if codes := factor.data.get("migrated_codes"):
                    factor.data["migrated_codes"] = [lock(unlock(code)) for code in codes]
                factor.save(update_fields=["data"])
        self.stdout.write(f"{len(found)} second factors are locked with the present secret.")
