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
