-- What no publication rests on.
{{ sound_rows([
    ref('int_days'),
    ref('order_statuses'),
    ref('publications'),
]) }}
