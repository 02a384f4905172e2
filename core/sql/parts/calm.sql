-- Let the planner think for itself again after a statement that is kept prepared (core/kept_plans.py). The statement's
-- last select must read it, or nothing is set.
select
    set_config('enable_seqscan', 'on', true) as seqscan,
    set_config('plan_cache_mode', 'auto', true) as cache_mode
