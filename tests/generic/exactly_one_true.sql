{#- Exactly one row of the model is true in this column. -#}
{% test exactly_one_true(model, column_name) %}

select count(*) filter (where {{ column_name }}) as true_count

from {{ model }}

having count(*) filter (where {{ column_name }}) <> 1

{% endtest %}
