{#-
    A table that is filled one as-of date after the other, so that no statement holds
    more than one date's rows and a later date may read the earlier ones ({{ this }}).
    The model says `where as_of_date = {{ date_in_hand() }}`; its config `dates` names
    the model that lists as_of_date and fingerprint. The next build makes only the dates
    whose fingerprint has changed. A model that reads itself has the data types of its
    columns in the YAML: the table is there, empty, before its first date. One that says
    `where {{ is_customer_in_hand('customer_id') }}`, and in its config `customers` which
    model lists them by date, is given no more than `customers_at_once` in one statement.
-#}
{% materialization date_by_date, default %}
    {%- set dates = ref(config.require('dates')) -%}
    {#- The columns are asked for before the first date; Spark wants a value by then. -#}
    {%- do take_date_in_hand('1970-01-01') -%}
    {%- set typed = model.columns.values() | selectattr('data_type') | list -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set names = begin_kept_table(
        dates, get_empty_schema_sql(model.columns) if typed else rows_of_date(sql, '')
    ) -%}
    {%- set parts = customer_parts() -%}
    {%- for row in missing_parts(dates, 'as_of_date').rows -%}
        {%- set place = loop -%}
        {%- do take_date_in_hand(row[0]) -%}
        {%- for part in range(parts) -%}
            {%- do take_customers_in_hand(part, parts) -%}
            {%- do insert_rows(names, rows_of_date(sql, row[1]), row[0], place) -%}
        {%- endfor -%}
        {%- do adapter.commit() -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{% endmaterialization %}

{% macro rows_of_date(query, fingerprint) -%}
    select
        *,
        '{{ fingerprint }}' as fingerprint
    from (
        {{ query }}
    ) as rows_of_date
{%- endmacro %}

{#- How many parts customers are taken in: on the newest date there are most. -#}
{% macro customer_parts() -%}
    {%- set customers = config.get('customers') -%}
    {%- if customers is none or target.type == 'sparksession' -%} {{ return(1) }} {%- endif -%}
    {%- set count = run_query(
        'select count(*) from ' ~ ref(customers) ~ ' where as_of_date = (select max('
        ~ 'as_of_date) from ' ~ ref(config.require('dates')) ~ ')'
    ).columns[0].values()[0] -%}
    {{ return(count // config.get('customers_at_once', 2500000) + 1) }}
{%- endmacro %}
