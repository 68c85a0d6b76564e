{#- Sum of the squared gaps, in days, between neighbouring marked days of one month. -#}
{% macro squared_gaps(mask) -%}
    {%- if target.type == 'sparksession' -%}
    aggregate(
        list_filter(range(0, 31), lambda d: ({{ mask }} >> d) & 1 = 1),
        struct_pack(last_day := cast(null as integer), squares := cast(0 as bigint)),
        (gaps, d) -> struct_pack(
            last_day := d,
            squares := gaps.squares
            + coalesce((d - gaps.last_day) * (d - gaps.last_day), 0)
        )
    ).squares
    {%- else -%}
    list_reduce(
        list_transform(
            list_filter(range(0, 31), lambda d: ({{ mask }} >> d) & 1 = 1),
            lambda d: {'last_day': d, 'squares': cast(0 as bigint)}
        ),
        lambda a, b: {
            'last_day': b.last_day,
            'squares': a.squares
            + coalesce((b.last_day - a.last_day) * (b.last_day - a.last_day), 0)
        },
        {'last_day': cast(null as bigint), 'squares': cast(0 as bigint)}
    ).squares
    {%- endif -%}
{%- endmacro %}
