{#-
    Days before the newest date at which the model is fitted: today (0), the trials that
    correct today's predictions, and those that correct the trials', so that each trial
    is judged as if it had been published then.
-#}
{% macro expectation_cut_offs() -%}
    {%- set days = [0] -%}
    {%- for origin in expectation_origins() -%}
        {%- for back in var('prediction_backtest_days') -%}
            {%- set sum = (origin | int) + (back | int) -%}
            {%- do days.append(sum) if sum not in days -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(days | sort) }}
{%- endmacro %}

{#- Days before the newest date at which corrected predictions are made: today, and trials. -#}
{% macro expectation_origins() -%}
    {{ return([0] + (var('prediction_backtest_days') | list)) }}
{%- endmacro %}

{#- True for the customers whom the model is fitted to and tried on. -#}
{% macro is_in_backtest_sample(key) -%}
    {%- set found = {'one_in': 1} -%}
    {#- A unit test's rows are no table: there everybody is in the sample. -#}
    {%- if execute and ref('int_order_days').schema
        and load_relation(ref('int_order_days')) is not none -%}
        {%- set customers = run_query(
            'select count(*) from ' ~ ref('int_order_days')
            ~ ' where is_order_day and waited_days is null'
        ).columns[0][0] or 0 -%}
        {%- for _ in range(40)
            if customers >= 2 * found.one_in * var('prediction_sample_size') -%}
            {%- do found.update(one_in=2 * found.one_in) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ is_in_sample(key, found.one_in) }}
{%- endmacro %}
