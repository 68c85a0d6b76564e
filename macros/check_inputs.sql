{#-
    Runs before every build: settings that cannot work, files that cannot be read and
    columns that are not there stop it with one message that says the next step.
-#}
{% macro check_inputs() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'test', 'compile'] -%}
        {%- do raise_problem(ask_inputs(settings_request())) -%}
        {%- if var('check_rows') is not none -%}
            {%- set input = 'transactions' if has_transactions() else 'customers' -%}
            {%- set text = ask_described(input_request(input, ask='report')).text -%}
            {%- do print(text ~ '\n') if text -%}
        {%- endif -%}
        {%- if var('transactions') == 'completejourney' -%}
            {%- do completejourney_folder() -%}
        {%- elif var('transactions') not in [none, 'sample'] -%}
            {%- do described_source('transactions') -%}
        {%- endif -%}
        {%- if var('customers') is not none -%}
            {%- do described_source('customers') -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{#- The vars that are checked as such, whatever the files hold. -#}
{% macro settings_request() -%}
    {%- set names = [
        'transactions', 'customers', 'transaction_columns', 'customer_columns',
        'transaction_format', 'customer_format', 'as_of_date', 'earliest_date',
        'time_zone', 'source_time_zone', 'currency', 'exchange_rates',
        'cancelled_statuses', 'cancellation_prefix', 'cancelled_lines',
        'exclusion_rule_sets', 'drop_exact_duplicates', 'largest_amount', 'longest_id',
        'rejected_share_warning', 'quality_sample_rows', 'segment_features',
        'algorithm', 'segment_count', 'segment_count_min', 'segment_count_max', 'refit',
        'order_columns', 'status_meanings', 'discount_kind', 'discount_taken_off',
        'discount_products', 'not_goods', 'guest_ids', 'repeated_orders',
        'open_questions', 'confirmed', 'control_totals', 'control_tolerance',
        'left_out_share_maximum', 'guard_rail_severity', 'locale', 'memory_limit', 'threads', 'temp_directory',
    ] -%}
    {%- set settings = {} -%}
    {%- for name in names -%}
        {%- do settings.update({name: var(name)}) -%}
    {%- endfor -%}
    {{ return({
        'ask': 'settings',
        'settings': settings,
        'given': invocation_args_dict.vars,
    }) }}
{%- endmacro %}


{% macro raise_problem(answered) -%}
    {%- if answered.problem -%}
        {%- do exceptions.raise_compiler_error(answered.problem) -%}
    {%- endif -%}
{%- endmacro %}


{#- Nothing left after judging is a mistake of setting, not of data: stop and say so. -#}
{% macro stop_if_nothing_accepted() %}
    {%- if execute and var('transactions') is not none -%}
        {%- set counts = run_query(
            'select count(month_start), sum(paid_line_count) from ' ~ this
            ~ ' where reason is null'
        ).rows[0] -%}
        {%- if not counts[0] -%}
            {%- set reasons = run_query(
                "select reason || ' (' || sum(row_count) || ')' from " ~ this
                ~ ' group by reason order by sum(row_count) desc, reason limit 5'
            ).columns[0].values() -%}
            {%- do exceptions.raise_compiler_error(
                'No transaction is left after judging.\n'
                ~ '  wanted: at least one row with a customer, a date and an amount\n'
                ~ '  found:  every row is left out: ' ~ reasons | join(', ') ~ '\n'
                ~ '  next:   run make check, and look at transaction_columns, '
                ~ 'transaction_format, as_of_date and exclusion_rule_sets'
            ) -%}
        {%- elif not counts[1] -%}
            {%- do exceptions.raise_compiler_error(
                'No transaction brings money.\n'
                ~ '  wanted: at least one line with an amount above 0\n'
                ~ '  found:  refunds and free lines only\n'
                ~ '  next:   run make check, and look at transaction_columns, '
                ~ 'cancelled_statuses and cancellation_prefix'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
