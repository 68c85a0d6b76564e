{#- Every value lies between lowest and highest, both included; nulls pass. -#}
{% test in_range(model, column_name, lowest, highest) %}

select {{ column_name }}

from {{ model }}

where not ({{ column_name }} between {{ lowest }} and {{ highest }})

{% endtest %}
