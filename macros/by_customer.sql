{#-
    A table of customers' rows that is made again for those customers alone whose
    months changed (int_customer_states): each customer's last row holds a sum of hashes
    of the months that it was made from, months_hash.

    The model reads its customer months where is_changed_customer(), and the config
    hashes, rendered when the model runs, is the query of today's customer_id and
    months_hash.
-#}

{#- True for customers whose rows are made; compiled alone, for all. -#}
{% macro is_changed_customer() -%}
    customer_id is not null
{%- endmacro %}

{#-
    What a month means for the sums of its customer: its numbers, and which windows it
    has left by the newest month.
-#}
{% macro month_hash(newest_month_number) -%}
    {%- set columns = [
        'month_start', 'first_order_date', 'last_order_date', 'order_count',
        'net_amount', 'category_mask', 'order_day_mask', 'squared_gap_days',
    ] + window_sums() -%}
    {%- for months in state_windows() -%}
        {%- do columns.append(
            month_number('month_start') ~ ' + ' ~ months ~ ' <= ' ~ newest_month_number
        ) -%}
    {%- endfor -%}
    cast({{ row_hash(columns | join(', ')) }} as decimal(20, 0))
{%- endmacro %}

{#- Today's hash of each customer's months. -#}
{% macro months_hashes(customer_months, as_of_dates) -%}
    select
        customer_id,
        sum({{ month_hash(
            '(select max(' ~ month_number('as_of_date') ~ ') from ' ~ as_of_dates ~ ')'
        ) }}) as months_hash
    from {{ customer_months }}
    group by customer_id
{%- endmacro %}

{% materialization by_customer, default %}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set existing = load_cached_relation(this) -%}
    {%- set made_of = local_md5(project_fingerprint() ~ sql) -%}
    {%- set changed = this.identifier ~ '__changed' -%}
    {%- set whole = 'select *, ' ~ sql_text(made_of) ~ ' as made_of from (' ~ sql ~ ') as made' -%}
    {%- set is_kept = is_made_of(made_of) -%}
    {%- if is_kept -%}
        {%- call statement('changed') -%}
            create or replace temporary table {{ changed }} as
            select coalesce(today.customer_id, kept.customer_id) as customer_id
            from (
                {{ render(config.require('hashes')) }}
            ) as today
            full outer join (
                select customer_id, months_hash
                from {{ this }}
                where months_hash is not null
            ) as kept
                on today.customer_id = kept.customer_id
            where today.months_hash is distinct from kept.months_hash
        {%- endcall -%}
        {%- set counts = run_query(
            'select (select count(*) from ' ~ changed ~ '),'
            ~ ' (select count(months_hash) from ' ~ this ~ ')'
        ).rows[0] -%}
        {#- Most of them at once are made faster than one by one. -#}
        {%- if counts[0] * 3 > counts[1] -%} {%- set is_kept = false -%} {%- endif -%}
    {%- endif -%}

    {%- if is_kept -%}
        {%- set is_changed -%}
            customer_id in (select customer_id from {{ changed }})
        {%- endset -%}
        {%- call statement('gone') -%}
            delete from {{ this }} where {{ is_changed }}
        {%- endcall -%}
        {%- do adapter.commit() -%}
        {%- call statement('main') -%}
            insert into {{ this }} by name
            {{ whole | replace(is_changed_customer(), is_changed) }}
        {%- endcall -%}
    {%- else -%}
        {%- if existing is not none -%} {%- do adapter.drop_relation(existing) -%} {%- endif -%}
        {%- call statement('main') -%}
            {{ create_table_as(false, this, whole) }}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.commit() -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{#- Whether the table that the last build left is of this SQL and these settings. -#}
{% macro is_made_of(made_of) -%}
    {%- if 'made_of' not in kept_columns() -%} {{ return(false) }} {%- endif -%}
    {%- set found = run_query('select distinct made_of from ' ~ this).columns[0].values() -%}
    {{ return(found | list == [made_of]) }}
{%- endmacro %}
