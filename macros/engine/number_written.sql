{#-
    A number as text, its thousands apart, as in the report: '1,234', '1,234.50'. The
    checks of data_quality are English whatever the report's locale.
-#}
{% macro number_written(value, decimals=0) -%}
    {#- As a decimal first: of -0.001 no sign is left. -#}
    {%- set rounded = 'cast(' ~ value ~ ' as decimal(38, ' ~ decimals ~ '))' -%}
    {%- if target.type == 'sparksession' -%}
    format_number({{ rounded }}, {{ decimals }})
    {%- else -%}
    format('{:,.{{ decimals }}f}', cast({{ rounded }} as double))
    {%- endif -%}
{%- endmacro %}

{#-
    Money as text, with its currency where one is known: 'USD 4,596,039.58'. The demo
    data are in US dollars (DEMO_CURRENCY in segmentation/preparing/read_settings.py).
-#}
{% macro money_written(amount) -%}
    {%- set demo = 'USD' if var('transactions') == 'completejourney' else none -%}
    {%- set currency = var('currency') or demo -%}
    {%- if currency %}{{ sql_text(currency ~ ' ') }} || {% endif -%}
    {{ number_written(amount, 2) }}
{%- endmacro %}
