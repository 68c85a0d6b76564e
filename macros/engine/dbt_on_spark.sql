{#- What dbt itself does differently on Spark. -#}

{#- dbt's own texts are quoted as the project's are: a quote is doubled. -#}
{% macro spark__escape_single_quotes(expression) -%}
    {{ expression | replace("'", "''") }}
{%- endmacro %}

{#- A seed's rows as DuckDB reads them: dbt's reads the word null as none. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {{ return(adapter.load_seed(model, this.render())) }}
{%- endmacro %}
