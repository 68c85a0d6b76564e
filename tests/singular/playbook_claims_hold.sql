-- depends_on: {{ ref('playbook') }}
-- What a row of the playbook says of its customers is true of each of them. An action
-- that no row has claims nothing that could be checked.
{% set claims = playbook_claims() %}

with

customers as (

    select * from {{ ref('customer_segments') }}

    where action_id is not null

),

judged as (

    select
        customer_id,
        action_id,
        case action_id
            {% for action_id, claim in claims.items() -%}
            when {{ sql_text(action_id) }} then {{ claim }}
            {% endfor -%}
            when null then false
        end as is_true

    from customers

)

select * from judged

where is_true is not true
