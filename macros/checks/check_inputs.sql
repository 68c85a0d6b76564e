{#-
    Runs before every build: files that cannot be read and columns that are not there
    stop it with one message that says the next step.
-#}
{% macro check_inputs() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'test', 'compile'] -%}
        {%- if var('check_rows') is not none -%}
            {%- set input = 'transactions' if has_transactions() else 'customers' -%}
            {%- for one in ['campaigns', 'contacts'] if var(one) is not none -%}
                {%- set said = ask_inputs(input_request(one, var(one), ask='report')).text -%}
                {%- do print(said) if said -%}
            {%- endfor -%}
            {%- set text = ask_inputs(input_request(input, var(input), ask='report')).text -%}
            {%- do print(text ~ '\n') if text -%}
        {%- endif -%}
        {#- A model of yours may not be built yet: it is looked at when it is read. -#}
        {%- for input in ['transactions', 'customers', 'campaigns', 'contacts']
            if not is_model(var(input)) -%}
            {%- do described_source(input) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{#- Nothing left after judging is a mistake of setting, not of data: stop and say so. -#}
{% macro stop_if_nothing_accepted() %}
    {%- if execute and var('transactions') is not none -%}
        {#- Inside make check its own name would send a reader round in a circle. -#}
        {%- set look = 'run make check, and look' if var('check_rows') is none
            else 'look' -%}
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
                ~ '  next:   ' ~ look ~ ' at transaction_columns, '
                ~ 'transaction_format, as_of_date and exclusion_rule_sets'
            ) -%}
        {%- elif not counts[1] -%}
            {%- do exceptions.raise_compiler_error(
                'No transaction brings money.\n'
                ~ '  wanted: at least one line with an amount above 0\n'
                ~ '  found:  refunds and free lines only\n'
                ~ '  next:   ' ~ look ~ ' at transaction_columns, '
                ~ 'cancelled_statuses and cancellation_prefix'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
