"""What every tenant table shares: ids, the manager that raises, composite references, and the wall in migrations."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import migrations, models

from core.errors import NotFound
from core.tenancy.ids import NewId, new_id
from core.tenancy.scope import current_id

# One text only, USING and WITH CHECK: the sub-select becomes an InitPlan, so indexes serve (docs/decisions/0001).
POLICY = "workspace_id = (select nullif(current_setting('app.workspace_id', true), '')::uuid)"


class TenantQuerySet(models.QuerySet):
    """A queryset that refuses to run outside a workspace scope."""

    def _fetch_all(self) -> None:
        current_id()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        current_id()
        return super().iterator(*args, **kwargs)

    def one(self, **which: Any) -> Any:
        """The row that these values name. Raises NotFound."""
        try:
            return self.get(**which)
        except ObjectDoesNotExist:
            raise NotFound from None


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Raises NoWorkspace outside a scope, where row security alone would fail in silence."""

    def get_queryset(self) -> TenantQuerySet:
        current_id()
        return super().get_queryset()


class TenantKey(models.ForeignKey):
    """A reference within the workspace; the constraint is composite, `(workspace_id, x_id)`, and made by `Walls`."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """A row of one workspace."""

    id = models.UUIDField(primary_key=True, default=new_id, db_default=NewId(), editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.PROTECT,
        default=current_id,
        editable=False,
        related_name="+",
        db_index=False,
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class HeldModel(TenantModel):
    """A row of history or operation, of which there are many. The composite reference it must have holds it in its
    workspace, so it needs no key of its own to the workspace, which would be asked for every row."""

    workspace = models.ForeignKey(
        "workspaces.Workspace",
        models.PROTECT,
        default=current_id,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta(TenantModel.Meta):
        abstract = True


class TableStep(migrations.operations.base.Operation):
    """Migration step that gives tables something of the database's own; it goes with them."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, *names: str) -> None:
        self.names = names

    def statements(self, app_label: str, apps: Any) -> Iterator[str]:
        """What to run, in order."""
        raise NotImplementedError

    def state_forwards(self, app_label: str, state: Any) -> None:
        """No model changes."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.statements(app_label, to_state.apps):
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The tables go, and what they were given with them."""

    def describe(self) -> str:
        return f"{type(self).__name__}: {', '.join(self.names)}"


class Walls(TableStep):
    """Migration step for new tenant tables: forced row security, its policy, and composite references."""

    def statements(self, app_label: str, apps: Any) -> Iterator[str]:
        models = [apps.get_model(app_label, name) for name in self.names]
        for pass_ in (_wall, _references):
            for model in models:
                yield from pass_(model)


def _wall(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    statements = [
        f'alter table "{table}" enable row level security',
        f'alter table "{table}" force row level security',
        f'create policy tenant on "{table}" using ({POLICY}) with check ({POLICY})',
    ]
    if model._meta.pk.column == "id":
        statements.append(f'alter table "{table}" add constraint "{table}_pair" unique (workspace_id, id)')
    return statements


def _references(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    statements = []
    for field in model._meta.local_fields:
        if not isinstance(field, TenantKey):
            continue
        target = field.related_model._meta.db_table  # type: ignore[union-attr]
        statements.append(
            f'alter table "{table}" add constraint "{table}_{field.column}_in" '
            f'foreign key (workspace_id, "{field.column}") references "{target}" (workspace_id, id) '
            f"deferrable initially deferred"
        )
    return statements
