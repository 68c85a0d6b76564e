{#- How a model is kept that later builds add to; made anew where no row can be deleted. -#}
{% macro kept_between_builds() -%}
    {{ return(adapter.dispatch('kept_between_builds')()) }}
{%- endmacro %}

{% macro default__kept_between_builds() -%}
    {{ return('incremental') }}
{%- endmacro %}

{#- How a model is kept that costs less to derive than to store; but see Spark's. -#}
{% macro derived_when_read() -%}
    {{ return(adapter.dispatch('derived_when_read')()) }}
{%- endmacro %}

{% macro default__derived_when_read() -%}
    {{ return('view') }}
{%- endmacro %}

{#-
    Hook of an incremental model: takes out what its source no longer has, such as a
    month whose only rows were corrected away. Nothing on the first build. Given as text,
    or dbt would call it while parsing, when nothing is incremental yet.
-#}
{% macro forget_missing(column, source) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} where {{ column }} not in (select {{ column }} from {{ source }})
    {%- endif -%}
{%- endmacro %}
