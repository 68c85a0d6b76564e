{#- What dbt itself does otherwise on Spark. -#}

{#- dbt's own texts go the project's way too: a quote is doubled. -#}
{% macro spark__escape_single_quotes(expression) -%}
    {{ expression | replace("'", "''") }}
{%- endmacro %}

{#- A seed's rows as DuckDB reads them: dbt's own reader takes the word null for none. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return(adapter.load_seed(model, this.render())) }}
{%- endmacro %}
