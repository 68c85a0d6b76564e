{#- Text in Unicode's composed form (NFC), so that two spellings of a letter are one. -#}
{% macro composed_text(column) -%}
    {%- if target.type == 'sparksession' -%}
    {{ column }}
    {%- else -%}
    nfc_normalize({{ column }})
    {%- endif -%}
{%- endmacro %}
