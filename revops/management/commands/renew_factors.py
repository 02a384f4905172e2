"""`manage.py renew_factors`: what a former secret locked is locked with the present one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.people.factors import lock, unlock
from core.people.models import Workspace
from core.tenancy.sweeps import each_workspace
from integrations.models import SlackConnection


class Command(BaseCommand):
    """Every seed of an authenticator app or of recovery codes, and the secrets of each workspace's Slack; safe to run
    again."""

    help = "Lock second factors and Slack's secrets with SECRET_KEY; needs the former ones in SECRET_KEY_FALLBACKS."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            found = Authenticator.objects.select_for_update().filter(type__in=["totp", "recovery_codes"])
            for factor in found:
                for name in {"secret", "seed"} & factor.data.keys():
                    factor.data[name] = lock(unlock(factor.data[name]))
                if codes := factor.data.get("migrated_codes"):
                    factor.data["migrated_codes"] = [lock(unlock(code)) for code in codes]
                factor.save(update_fields=["data"])
        sweep = each_workspace(Workspace.objects.values_list("pk", flat=True), _renew_slack, what="core.renew_factors")
        self.stdout.write(
            f"{len(found)} second factors and {sweep.done} Slack apps are locked with the present secret."
        )
        if not sweep.is_whole:
            raise CommandError(f"Slack's secrets of {len(sweep.failed)} workspaces could not be read.")


def _renew_slack(workspace: Workspace) -> int:
    apps = list(SlackConnection.objects.select_for_update())
    for app in apps:
        app.token, app.signing_secret = lock(unlock(app.token)), lock(unlock(app.signing_secret))
        app.save(update_fields=["token", "signing_secret"])
    return len(apps)
