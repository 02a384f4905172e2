-- Write `page.record`, a whole row of the records, as the API shows it.
--
-- Each thing beside the record is looked up by its key, one by one for the few records shown: cheap to plan, and the
-- same plan whatever the statistics say.
--
-- parameters:
--   workspace uuid: the tenant
-- columns:
--   json: the record as JSON
select
    json_build_object(
        'number', (page.record).number,
        'kind', (page.record).kind,
        'name', (page.record).name,
        'email', (page.record).email,
        'domain', (page.record).domain,
        'source', (page.record).source,
        'account', (
            select json_build_object('number', account.number, 'name', account.name)
            from lifecycle_account account
            where account.workspace_id = %(workspace)s and account.id = (page.record).account_id
        ),
        'owner', (
            select json_build_object('name', owner.name, 'email', owner.email)
            from workspaces_member owner
            where owner.workspace_id = %(workspace)s and owner.id = (page.record).owner_id
        ),
        'team', (
            select team.key from workspaces_team team
            where team.workspace_id = %(workspace)s and team.id = (page.record).team_id
        ),
        'pipeline', (
            select pipeline.key from lifecycle_pipeline pipeline
            where pipeline.workspace_id = %(workspace)s and pipeline.id = (page.record).pipeline_id
        ),
        'stage', stage.key,
        'stage_category', stage.category,
        'lifecycle_stage', stage.lifecycle_stage,
        'is_testimony', exists (
            select from lifecycle_stagestay stay
            where
                stay.workspace_id = %(workspace)s and stay.record_id = (page.record).id and stay.exited_at is null
                and stay.cause = 'history'
        ),
        'opened_at', (page.record).opened_at,
        'entered_stage_at', (page.record).entered_stage_at,
        'score', (page.record).score,
        'amount', (page.record).amount::text,
        'currency', (page.record).currency,
        'mrr', (page.record).mrr::text,
        'closes_on', (page.record).closes_on,
        'renews_on', (page.record).renews_on,
        'last_activity_at', (page.record).last_activity_at,
        'origin', (
            select origin.number from lifecycle_record origin
            where origin.workspace_id = %(workspace)s and origin.id = (page.record).origin_id
        ),
        'properties', (page.record).properties,
        'external_ids', coalesce(
            (
                select
                    json_agg(
                        json_build_object('system', known.system, 'value', known.value)
                        order by known.system, known.value
                    )
                from (
                    select
                        external.system,
                        external.value
                    from lifecycle_externalid external
                    where external.workspace_id = %(workspace)s and external.record_id = (page.record).id
                    -- The sort stays outside: with it the planner likes to walk the ids of a whole workspace in order.
                    offset 0
                ) known
            ),
            '[]'
        ),
        'created_at', (page.record).created_at,
        'updated_at', (page.record).updated_at
    )::text as json
from lifecycle_stage stage
where stage.workspace_id = %(workspace)s and stage.id = (page.record).stage_id
limit 1
