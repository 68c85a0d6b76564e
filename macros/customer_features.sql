{#-
    The CTEs from customer months to features. A customer's sums change in the few months
    in which something happened or left the window, so they are summed once for these
    (states), and each as-of date reads the state that holds on it. Used twice: for the
    dates of the history (int_customer_states to int_customer_features) and for the day
    of the last publication (int_published_features).
-#}

{#-
    From customer months and as_of_dates to states, each under the name that is given:
    those of all months, by windows, or only_newest, that of the newest date's month, by
    one sum a customer.
-#}
{% macro customer_states_ctes(
    customer_months='customer_months', states='states', only_newest=false
) -%}
{%- set windows = [] if only_newest else state_windows() -%}
{%- set past = '' if only_newest else ' over past' -%}
{%- set feature_window = in_frame('feature_window', only_newest) -%}
{%- set rfm_window = past if var('rfm_window_months') is none
    else in_frame('rfm_window', only_newest) -%}
newest as (

    select max({{ month_number('as_of_date') }}) as month_number

    from as_of_dates

),

-- The gap that ends in a month's first order began in an earlier month.
months_with_gaps as not materialized (

    select
        *,
        {{ month_number('month_start') }} as month_number,
        {{ 'null' if only_newest else month_hash('(select newest.month_number from newest)') }}
            as month_hash,
        {{ days_between(
            'lag(last_order_date ignore nulls) over (
                partition by customer_id order by month_start
            )',
            'first_order_date'
        ) }} as gap_before_days

    from {{ customer_months }}

),

-- What a month brought, and months in which an older one leaves a window: they bring
-- nothing, but all sums are taken anew.
changes as (

    select
        customer_id,
        month_number,
        first_order_date,
        last_order_date,
        order_count,
        net_amount,
        {%- for name in window_sums() %}
        {{ name }},
        {%- endfor %}
        category_mask,
        greatest(bit_count(order_day_mask) - 1, 0)
        + case when gap_before_days is null then 0 else 1 end as gap_count,
        squared_gap_days + coalesce(gap_before_days * gap_before_days, 0)
            as squared_gap_days,
        {{ days_between('first_order_date', 'last_order_date') }}
        + coalesce(gap_before_days, 0) as gap_days,
        month_hash

    from months_with_gaps
    {%- for months in windows %}

    union all

    select
        months_with_gaps.customer_id,
        months_with_gaps.month_number + {{ months }} as month_number,
        null as first_order_date,
        null as last_order_date,
        null as order_count,
        null as net_amount,
        {%- for name in window_sums() %}
        null as {{ name }},
        {%- endfor %}
        null as category_mask,
        null as gap_count,
        null as squared_gap_days,
        null as gap_days,
        null as month_hash

    from months_with_gaps

    inner join newest
        on months_with_gaps.month_number + {{ months }} <= newest.month_number
    {%- endfor %}

),

summed as (

    select
        customer_id,
        {% if only_newest -%}
        newest.month_number,
        cast(null as bigint) as next_month_number,
        {%- else -%}
        month_number,
        lead(month_number) over (partition by customer_id order by month_number)
            as next_month_number,
        {%- endif %}
        min(first_order_date){{ past }} as first_order_date,
        max(last_order_date){{ past }} as last_order_date,
        cast(sum(order_count){{ rfm_window }} as bigint) as order_count,
        sum(net_amount){{ rfm_window }} as monetary_value,
        sum(net_amount){{ past }} as lifetime_revenue,
        cast(sum(order_count){{ feature_window }} as bigint) as window_order_count,
        {%- for name in window_sums() %}
        {% if name.endswith('_count') -%}
        cast(sum({{ name }}){{ feature_window }} as bigint) as window_{{ name }},
        {%- else -%}
        sum({{ name }}){{ feature_window }} as window_{{ name }},
        {%- endif -%}
        {%- endfor %}
        bit_or(category_mask){{ feature_window }} as window_category_mask,
        min(first_order_date){{ feature_window }} as window_first_order_date,
        max(last_order_date){{ feature_window }} as window_last_order_date,
        cast(sum(gap_count){{ feature_window }} as bigint) as gap_count,
        cast(sum(squared_gap_days){{ feature_window }} as bigint) as squared_gap_days,
        cast(sum(gap_days){{ feature_window }} as bigint) as gap_days,
        {% if only_newest -%}
        cast(null as decimal(38, 0)) as months_hash

    from changes

    cross join newest

    group by customer_id, newest.month_number
        {%- else -%}
        sum(month_hash) over past as months_hash

    from changes

    window
        past as (
            partition by customer_id
            order by month_number
            range between unbounded preceding and current row
        ),
        feature_window as (
            partition by customer_id
            order by month_number
            range between {{ earlier_months('feature_window_months') }} preceding
            and current row
        )
        {%- if var('rfm_window_months') is not none %},
        rfm_window as (
            partition by customer_id
            order by month_number
            range between {{ earlier_months('rfm_window_months') }} preceding
            and current row
        )
        {%- endif %}
        {%- endif %}

),

-- Where one month enters and another leaves, both rows hold the same sums.
{{ states }} as (

    select
        * replace (case when next_month_number is null then months_hash end as months_hash)

    from summed

    where next_month_number is null or month_number < next_month_number

)
{%- endmacro %}

{#- After an aggregate: of the months of a window, up to each month or to the newest. -#}
{% macro in_frame(window, only_newest) -%}
    {%- if only_newest %} filter (where changes.month_number >= newest.month_number - {{ earlier_months(window ~ '_months') }})
    {%- else %} over {{ window }}
    {%- endif -%}
{%- endmacro %}

{#- Windows, in months, that a month leaves. -#}
{% macro state_windows() -%}
    {%- set windows = [var('feature_window_months')] -%}
    {%- if var('rfm_window_months') is not none
        and var('rfm_window_months') not in windows -%}
        {%- do windows.append(var('rfm_window_months')) -%}
    {%- endif -%}
    {{ return(windows) }}
{%- endmacro %}

{#- Months of a window before the current one. -#}
{% macro earlier_months(window_var) -%}
    {{ return([0, var(window_var) | int - 1] | max) }}
{%- endmacro %}

{#- Columns of a month that are summed over the feature window. -#}
{% macro window_sums() -%}
    {{ return([
        'order_value', 'squared_order_value', 'line_count', 'return_line_count',
        'gross_amount', 'discount_amount', 'weekend_order_count',
        'channel_order_count', 'known_channel_order_count',
        'same_category_pair_count', 'category_pair_count',
    ]) }}
{%- endmacro %}

{#- From states and as_of_dates to ratios. -#}
{% macro customer_ratios_ctes() -%}
states_as_of as (

    select
        states.*,
        as_of_dates.as_of_date,
        as_of_dates.has_recent_days

    from states

    inner join as_of_dates
        on
            states.month_number <= {{ month_number('as_of_dates.as_of_date') }}
            and (
                states.next_month_number is null
                or states.next_month_number
                > {{ month_number('as_of_dates.as_of_date') }}
            )

),

-- Value, spread and mix as ratios of what happened in the window.
ratios as (

    select
        *,
        {{ days_between('last_order_date', 'as_of_date') }} as recency_days,
        {{ days_between('first_order_date', 'as_of_date') }} as tenure_days,
        {{ days_between('first_order_date', 'last_order_date') }} as active_days,
        {{ ratio('window_order_value', 'window_order_count') }} as average_order_value,
        {{ ratio('window_line_count', 'window_order_count') }} as items_per_order,
        {{ coefficient_of_variation(
            'window_order_value', 'window_squared_order_value', 'window_order_count'
        ) }} as order_value_cv,
        {{ ratio('gap_days', 'gap_count') }} as interpurchase_days_mean,
        {{ coefficient_of_variation('gap_days', 'squared_gap_days', 'gap_count') }}
            as interpurchase_cv,
        {{ ratio(
            'window_discount_amount', 'window_gross_amount + window_discount_amount'
        ) }} as discount_share,
        {{ ratio('window_return_line_count', 'window_line_count') }} as return_share,
        {{ ratio('window_weekend_order_count', 'window_order_count') }}
            as weekend_share,
        {{ ratio('window_channel_order_count', 'window_known_channel_order_count') }}
            as channel_share,
        {{ ratio('window_same_category_pair_count', 'window_category_pair_count') }}
            as category_concentration

    from states_as_of

)
{%- endmacro %}

{#- From ratios to population. -#}
{% macro population_ctes() -%}
-- All customers of an as-of date together: what a customer without events is taken for.
population as (

    select
        as_of_date,
        median(average_order_value) as average_order_value,
        median(items_per_order) as items_per_order,
        median(order_value_cv) as order_value_cv,
        median(interpurchase_cv) filter (where gap_count >= 2) as interpurchase_cv,
        -- By lines, as it is pulled: by money, one huge order would speak for everybody.
        {{ ratio(
            'sum(cast(discount_share as decimal(18, 9)) * window_line_count)',
            'sum(window_line_count) filter (where discount_share is not null)'
        ) }} as discount_share,
        {{ ratio('sum(window_return_line_count)', 'sum(window_line_count)') }}
            as return_share,
        {{ ratio('sum(window_weekend_order_count)', 'sum(window_order_count)') }}
            as weekend_share,
        {{ ratio(
            'sum(window_channel_order_count)', 'sum(window_known_channel_order_count)'
        ) }} as channel_share,
        {{ ratio(
            'sum(window_same_category_pair_count)', 'sum(window_category_pair_count)'
        ) }} as category_concentration

    from ratios

    group by as_of_date

)
{%- endmacro %}

{#-
    From customer_months and as_of_dates to recent_days: order days of the last 90 days
    and of the 90 before.
-#}
{% macro recent_days_ctes() -%}
recent_months as (

    select
        customer_months.customer_id,
        as_of_dates.as_of_date,
        {{ marked_days_from(
            'customer_months.order_day_mask',
            days_between('customer_months.month_start', 'as_of_dates.as_of_date')
            ~ ' - 89'
        ) }} as order_days_in_90,
        {{ marked_days_from(
            'customer_months.order_day_mask',
            days_between('customer_months.month_start', 'as_of_dates.as_of_date')
            ~ ' - 179'
        ) }} as order_days_in_180

    from customer_months

    inner join as_of_dates
        on
            customer_months.month_start <= as_of_dates.as_of_date
            and customer_months.month_start
            > {{ months_before('as_of_dates.as_of_date', 7) }}

    where as_of_dates.has_recent_days

),

recent_days as (

    select
        customer_id,
        as_of_date,
        cast(sum(order_days_in_90) as integer) as recent_order_days,
        cast(sum(order_days_in_180 - order_days_in_90) as integer) as prior_order_days

    from recent_months

    group by customer_id, as_of_date

)
{%- endmacro %}

{#- From ratios, population and recent_days to typed. -#}
{% macro customer_features_ctes() -%}
-- A one-order customer's weekend share is 0 or 1 by arithmetic, not by habit: shares
-- of few events are pulled to the population's.
features as (

    select
        ratios.customer_id,
        ratios.as_of_date,
        ratios.first_order_date,
        ratios.last_order_date,
        ratios.recency_days,
        coalesce(ratios.order_count, 0) as order_count,
        cast(coalesce(ratios.monetary_value, 0) as decimal(18, 2)) as monetary_value,
        cast(ratios.lifetime_revenue as decimal(18, 2)) as lifetime_revenue,
        ratios.tenure_days,
        coalesce(ratios.average_order_value, population.average_order_value)
            as average_order_value,
        {{ shrunk(
            'ratios.order_value_cv', 'ratios.window_order_count - 1',
            'population.order_value_cv', var('shrinkage_orders')
        ) }} as order_value_cv,
        coalesce(ratios.items_per_order, population.items_per_order)
            as items_per_order,
        coalesce(ratios.window_order_count, 0)
        / greatest(
            {{ days_between(
                'ratios.window_first_order_date', 'ratios.window_last_order_date'
            ) }} / 30.0,
            1.0
        ) as orders_per_month,
        ratios.interpurchase_days_mean,
        {{ shrunk(
            'ratios.interpurchase_cv', 'ratios.gap_count - 1',
            'population.interpurchase_cv', var('shrinkage_orders')
        ) }} as interpurchase_cv,
        bit_count(ratios.window_category_mask) as category_count,
        {{ shrunk(
            'ratios.category_concentration', 'ratios.window_category_pair_count',
            'population.category_concentration', 2 * var('shrinkage_orders')
        ) }} as category_concentration,
        {{ shrunk(
            'ratios.discount_share', 'ratios.window_line_count',
            'population.discount_share', 2 * var('shrinkage_orders')
        ) }} as discount_share,
        {{ shrunk(
            'ratios.return_share', 'ratios.window_line_count',
            'population.return_share', 2 * var('shrinkage_orders')
        ) }} as return_share,
        {{ shrunk(
            'ratios.weekend_share', 'ratios.window_order_count',
            'population.weekend_share', var('shrinkage_orders')
        ) }} as weekend_share,
        {{ shrunk(
            'ratios.channel_share', 'ratios.window_known_channel_order_count',
            'population.channel_share', var('shrinkage_orders')
        ) }} as channel_share,
        ratios.has_recent_days,
        greatest(ratios.order_count - 1, 0) as btyd_frequency,
        ratios.active_days as btyd_recency_days,
        ratios.tenure_days as btyd_age_days

    from ratios

    inner join population
        on ratios.as_of_date = population.as_of_date

),

with_recent_days as (

    select
        features.*,
        case
            when features.has_recent_days
                then coalesce(recent_days.recent_order_days, 0)
        end as recent_order_days,
        case
            when features.has_recent_days
                then coalesce(recent_days.prior_order_days, 0)
        end as prior_order_days

    from features

    left join recent_days
        on
            features.customer_id = recent_days.customer_id
            and features.as_of_date = recent_days.as_of_date

),

typed as (

    select
        customer_id,
        as_of_date,
        first_order_date,
        last_order_date,
        cast(recency_days as integer) as recency_days,
        cast(order_count as bigint) as order_count,
        monetary_value,
        lifetime_revenue,
        cast(tenure_days as integer) as tenure_days,
        cast(average_order_value as double) as average_order_value,
        cast(order_value_cv as double) as order_value_cv,
        cast(items_per_order as double) as items_per_order,
        cast(orders_per_month as double) as orders_per_month,
        cast(interpurchase_days_mean as double) as interpurchase_days_mean,
        cast(interpurchase_cv as double) as interpurchase_cv,
        cast(category_count as integer) as category_count,
        cast(category_concentration as double) as category_concentration,
        cast(discount_share as double) as discount_share,
        cast(return_share as double) as return_share,
        cast(weekend_share as double) as weekend_share,
        cast(channel_share as double) as channel_share,
        cast(recent_order_days as integer) as recent_order_days,
        cast(prior_order_days as integer) as prior_order_days,
        -- One order day each way stands for "no change" where there are few.
        cast(
            (recent_order_days + 1.0) / (recent_order_days + prior_order_days + 2.0)
            as double
        ) as activity_trend,
        cast(btyd_frequency as bigint) as btyd_frequency,
        cast(btyd_recency_days as integer) as btyd_recency_days,
        cast(btyd_age_days as integer) as btyd_age_days

    from with_recent_days

)
{%- endmacro %}
