-- The model alone, before what came of its past predictions corrects it. Formulas:
-- see the description, and Batislam, Denizel, Filiztekin 2007.
{%- set horizon = var('prediction_horizon_days') %}
with

statistics as (

    select * from {{ ref('int_order_statistics') }}

),

fitted as (

    select * from {{ ref('fitted_expectation') }}

),

parameters as (

    select
        {%- for name in ['r', 'alpha', 'a', 'b', 'p', 'q', 'v'] %}
        max(case when parameter = '{{ name }}' then parameter_value end) as {{ name }},
        {%- endfor %}
        days_before

    from fitted

    group by days_before

),

-- 16 chances to stop and their weights, by level of repeat days.
levels as (

    select
        days_before,
        {%- for node in range(1, 17) %}
        max(case
            when parameter = 'stopping_chance' and node = {{ node }}
                then parameter_value
        end) as chance_{{ node }},
        max(case
            when parameter = 'stopping_weight' and node = {{ node }}
                then parameter_value
        end) as weight_{{ node }},
        {%- endfor %}
        from_repeat_days

    from fitted

    where from_repeat_days is not null

    group by
        days_before,
        from_repeat_days

),

nodes as (

    select
        *,
        lead(from_repeat_days) over (
            partition by days_before order by from_repeat_days
        ) as before_repeat_days

    from levels

),

-- events and exposure: a customer's share of the rate's Gamma, order days and days.
with_parameters as (

    select
        statistics.*,
        parameters.a,
        parameters.b,
        parameters.r + statistics.repeat_days as events,
        parameters.alpha + statistics.last_order_age_days as exposure_to_last,
        parameters.alpha + statistics.age_days as exposure,
        parameters.alpha
        + statistics.last_order_age_days
        - statistics.last_waited_days as exposure_before_last_wait,
        -- Gamma-Gamma: what the next order day is worth.
        parameters.p
        * (parameters.v + greatest(statistics.net_amount, 0))
        / (parameters.p * statistics.order_days + parameters.q - 1)
            as order_day_value

    from statistics

    inner join parameters
        on statistics.days_before = parameters.days_before

),

with_chances as (

    select
        *,
        1 / (1 + a / (b + repeat_days) * power(exposure / exposure_to_last, events))
            as active_chance,
        power(exposure_to_last / exposure, events) as wait_percentile,
        case
            when last_waited_days is not null
                then
                    power(exposure_before_last_wait / exposure_to_last, events - 1)
        end as last_wait_percentile,
        exposure_to_last / events as usual_interval_days,
        power(exposure / (exposure + {{ horizon }}), events) as no_order_chance

    from with_parameters

),

-- A node weighs for who has not stopped its own weight times the chance to stay on the
-- days beyond the level's: over that of the first node, so that many days make no number
-- too small to divide by.
with_weights as (

    select
        {%- for node in range(1, 17) %}
        nodes.chance_{{ node }},
        nodes.weight_{{ node }} * power(
            (1 - nodes.chance_{{ node }}) / (1 - nodes.chance_1),
            with_chances.repeat_days - nodes.from_repeat_days
        ) as weight_{{ node }},
        {%- endfor %}
        with_chances.*

    from with_chances

    inner join nodes
        on
            with_chances.days_before = nodes.days_before
            and with_chances.repeat_days >= nodes.from_repeat_days
            and with_chances.repeat_days
            < coalesce(nodes.before_repeat_days, 1e18)

),

-- Order days until the customer stops, over 16 chances to stop after each of them.
with_sums as (

    select
        *,
        0
        {%- for node in range(1, 17) %}
        + weight_{{ node }}
        * (1 - power(1 + chance_{{ node }} * {{ horizon }} / exposure, -events))
        / chance_{{ node }}
        {%- endfor %} as weighted_order_days,
        0
        {%- for node in range(1, 17) %}
        + weight_{{ node }}
        {%- endfor %} as weights

    from with_weights

),

predicted as (

    select
        customer_id,
        cut_off_date,
        days_before,
        is_newest,
        is_sampled,
        history_days,
        order_days,
        repeat_days,
        last_order_age_days,
        age_days,
        wait_days,
        last_waited_days,
        net_amount,
        recent_spend,
        prior_spend,
        next_spend,
        next_order_days,
        usual_interval_days,
        wait_percentile,
        last_wait_percentile,
        order_day_value,
        active_chance,
        1 - active_chance * (1 - no_order_chance) as model_silence,
        no_order_chance as model_silence_if_active,
        active_chance * weighted_order_days / weights as model_order_days,
        active_chance * weighted_order_days / weights * order_day_value as model_spend,
        {{ horizon }} / usual_interval_days * order_day_value as healthy_spend,
        exposure,
        events,
        has_yearly_rhythm

    from with_sums

)

select * from predicted
