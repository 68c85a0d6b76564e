{#-
    Models that are built in parts (files, months) keep the rows of parts that have not
    changed. `parts` is a model with the key of each part and its fingerprint today
    (null: not known, so made again in every build). A row carries the fingerprint of
    the part it was made from; `reading` is what else it depends on.
-#}

{#- As a pre-hook: deletes the rows of parts that are gone or have changed. -#}
{% macro delete_changed(parts, key, reading='') -%}
    {%- if is_incremental() -%}
    delete from {{ this }} as built
    where not exists (
        select 1
        from {{ parts }} as parts
        where {{ is_the_part('parts', key, reading) }}
    )
    {%- endif -%}
{%- endmacro %}

{#- True for parts whose rows are still to be made; `parts` is an alias in the query. -#}
{% macro is_missing(parts, key, reading='') -%}
    {%- if is_incremental() -%}
    not exists (
            select 1
            from {{ this }} as built
            where {{ is_the_part(parts, key, reading) }}
        )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{% macro is_the_part(parts, key, reading) -%}
    built.{{ key }} is not distinct from {{ parts }}.{{ key }}
    and built.fingerprint = {{ parts }}.fingerprint || '{{ reading }}'
{%- endmacro %}

{#- True for rows of the files that a query lists, or of all where everything is made. -#}
{% macro is_in_files(query) -%}
    {{ is_in_any_of(
        run_query(query).columns[0].values() if is_incremental() and execute else [none]
    ) }}
{%- endmacro %}

{#-
    True for rows of these files. The names are written out: DuckDB then does not open the
    other files. One without a name is all (the source is read as one part, whatever files
    it is).
-#}
{% macro is_in_any_of(files) -%}
    {%- if none in files -%}
    true
    {%- else -%}
    coalesce(source_file, '') in (
        {%- for file in files %}{{ sql_text(file) }}, {% endfor -%}
        'no other')
    {%- endif -%}
{%- endmacro %}
