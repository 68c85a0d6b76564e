{%- set horizon = var('prediction_horizon_days') %}
with

customer_silence as (

    select * from {{ ref('int_customer_silence') }}

    where is_prediction

),

fitted_spend as (

    select * from {{ ref('fitted_spend') }}

),

spend_factors as (

    select
        origin_days_before,
        {%- for ingredient in ['model', 'recent', 'prior'] %}
        max(case
            when correction = 'mix' and group_name = '{{ ingredient }}_spend'
                then correction_value
        end) as {{ ingredient }}_weight,
        {%- endfor %}
        {%- for lifecycle in ['new', 'due', 'overdue', 'lapsed'] %}
        max(case
            when correction = 'state' and group_name = '{{ lifecycle }}'
                then correction_value
        end) as {{ lifecycle }}_factor,
        {%- endfor %}
        max(case when correction = 'mix' then 1 else 0 end) = 1 as has_mix,
        max(case when correction = 'state' then 1 else 0 end) = 1 as has_factors

    from fitted_spend

    group by origin_days_before

),

-- From each knot to the next; beyond the last the line goes on in proportion.
mix_lines as (

    select
        origin_days_before,
        from_amount,
        correction_value as from_value,
        lead(from_amount) over (
            partition by origin_days_before order by from_amount
        ) as to_amount,
        lead(correction_value) over (
            partition by origin_days_before order by from_amount
        ) as to_value

    from fitted_spend

    where correction = 'mix_line'

),

range_ends as (

    select
        origin_days_before,
        from_amount,
        max(case when correction = 'range_low' then correction_value end) as low_share,
        max(case when correction = 'range_high' then correction_value end)
            as high_share

    from fitted_spend

    where correction in ('range_low', 'range_high')

    group by
        origin_days_before,
        from_amount

),

spend_ranges as (

    select
        *,
        lead(from_amount) over (
            partition by origin_days_before order by from_amount
        ) as to_amount

    from range_ends

),

with_mix as (

    select
        customer_silence.*,
        coalesce(spend_factors.has_mix, false) as has_mix,
        coalesce(spend_factors.has_factors, false) as has_factors,
        spend_factors.model_weight * customer_silence.model_spend
        + spend_factors.recent_weight * customer_silence.recent_spend
        + spend_factors.prior_weight * customer_silence.prior_spend as mixed_spend,
        coalesce(
            case customer_silence.lifecycle
                when 'new' then spend_factors.new_factor
                when 'due' then spend_factors.due_factor
                when 'overdue' then spend_factors.overdue_factor
                when 'lapsed' then spend_factors.lapsed_factor
            end,
            1
        ) as state_factor

    from customer_silence

    left join spend_factors
        on customer_silence.origin_days_before = spend_factors.origin_days_before

),

-- Who is active spends about as in the last quarters; of others the model knows more.
with_spend as (

    select
        with_mix.*,
        case
            when with_mix.has_yearly_rhythm and with_mix.is_running
                then
                    (1 - with_mix.silence_probability) * with_mix.order_day_value
            when with_mix.lifecycle = 'active' and with_mix.has_mix
                then
                    coalesce(
                        mix_lines.from_value
                        + (mix_lines.to_value - mix_lines.from_value)
                        * (with_mix.mixed_spend - mix_lines.from_amount)
                        / (mix_lines.to_amount - mix_lines.from_amount),
                        mix_lines.from_value
                        * with_mix.mixed_spend
                        / nullif(mix_lines.from_amount, 0),
                        0
                    )
            when with_mix.lifecycle != 'active' and with_mix.has_factors
                then with_mix.silence_spend * with_mix.state_factor
            else with_mix.model_spend
        end as expected_spend

    from with_mix

    left join mix_lines
        on
            with_mix.origin_days_before = mix_lines.origin_days_before
            and with_mix.mixed_spend >= mix_lines.from_amount
            and with_mix.mixed_spend < coalesce(mix_lines.to_amount, 1e300)

),

-- Cents, so that totals do not depend on the order in which they are added up.
in_cents as (

    select * replace (cast(expected_spend as decimal(18, 2)) as expected_spend)

    from with_spend

),

with_range as (

    select
        in_cents.*,
        spend_ranges.low_share * in_cents.expected_spend as spend_low,
        spend_ranges.high_share * in_cents.expected_spend as spend_high

    from in_cents

    left join spend_ranges
        on
            in_cents.origin_days_before = spend_ranges.origin_days_before
            and not in_cents.has_yearly_rhythm
            and in_cents.expected_spend >= spend_ranges.from_amount
            and in_cents.expected_spend < coalesce(spend_ranges.to_amount, 1e300)

),

-- Customers who are alike are in the same tier, so it is a matter of amounts.
amounts as (

    select
        origin_days_before,
        expected_spend,
        sum(expected_spend) as amount_spend,
        count(*) filter (where lifecycle = 'lapsed') as lapsed_count

    from in_cents

    group by
        origin_days_before,
        expected_spend

),

places as (

    select
        *,
        sum(amount_spend) over (
            partition by origin_days_before order by expected_spend desc
        ) - amount_spend as spend_above,
        sum(amount_spend) over (partition by origin_days_before) as total_spend

    from amounts

),

-- The smallest amount of each tier: what is spent above it is less than its share.
tiers as (

    select
        origin_days_before,
        {%- for tier in var('value_tiers') %}
        min(case
            when spend_above < {{ var('value_tiers')[tier] }} * total_spend
                then expected_spend
        end) as {{ tier }}_from,
        {%- endfor %}
        sum(lapsed_count) as lapsed_count

    from places

    group by origin_days_before

),

with_tiers as (

    select
        with_range.*,
        tiers.lapsed_count,
        case
            {%- for tier in var('value_tiers') %}
            when with_range.expected_spend >= tiers.{{ tier }}_from then '{{ tier }}'
            {%- endfor %}
            else 'low'
        end as value_tier,
        -- The rate of a customer who orders at all, at the corrected silence.
        least(
            1,
            (1 - with_range.corrected_silence)
            / greatest(1 - with_range.model_silence_if_active, 1e-9)
        ) as corrected_active_chance

    from with_range

    inner join tiers
        on with_range.origin_days_before = tiers.origin_days_before

),

expectation as (

    select
        customer_id,
        cut_off_date,
        origin_days_before,
        is_newest,
        is_sampled,
        history_days,
        order_days,
        repeat_days,
        age_days,
        wait_days,
        net_amount,
        recent_spend,
        prior_spend,
        next_spend,
        next_order_days,
        model_silence,
        model_spend,
        healthy_spend,
        has_yearly_rhythm,
        silence_probability,
        case
            when has_yearly_rhythm and is_running then 1 - silence_probability
            else
                model_order_days
                / greatest(1 - model_silence, 1e-9)
                * (1 - silence_probability)
        end as expected_orders,
        expected_spend,
        spend_low,
        spend_high,
        case
            when has_yearly_rhythm then {{ var('yearly_wait_days') }}
            else usual_interval_days
        end as usual_interval_days,
        wait_percentile,
        case
            when
                lifecycle = 'lapsed'
                and lapsed_count < {{ var('lifecycle_lapsed_minimum') }}
                then 'overdue'
            else lifecycle
        end as lifecycle,
        order_days >= {{ var('at_risk_order_days') }}
        and wait_days <= {{ horizon }}
        and last_waited_days >= {{ var('returned_wait_days') }}
        and last_wait_percentile < {{ var('returned_wait_share') }}
        and not has_yearly_rhythm as has_returned,
        value_tier,
        order_days >= {{ var('at_risk_order_days') }}
        and wait_percentile < {{ var('lifecycle_long_wait_share') }}
        and silence_probability >= {{ var('at_risk_silence') }}
        and not (has_yearly_rhythm and is_running) as is_at_risk,
        -- Half of them have ordered by then; where fewer than half ever will, no day.
        case
            when has_yearly_rhythm and is_running
                then greatest({{ var('yearly_wait_days') }} - wait_days, 1)
            when not has_yearly_rhythm and corrected_active_chance > 0.5
                then
                    greatest(1, exposure * (
                        power(1 - 0.5 / corrected_active_chance, -1 / events) - 1
                    ))
        end as next_order_in_days

    from with_tiers

)

select * from expectation
