{#-
    A release comes from one build: all that publications reads is built and tested in
    the same invocation, or dbt stops before the first model. A table left by a build
    that failed, was killed or saw other data is never published with newer ones.
-#}
{% macro check_publication() -%}
    {%- set publication = 'model.customer_segmentation.publications' -%}
    {%- if execute and publication in selected_resources -%}
        {%- set needed = needed_by(publication) -%}
        {%- set missing = needed | reject('in', selected_resources) | list -%}
        {%- if missing or flags.EMPTY -%}
            {%- do exceptions.raise_compiler_error(
                'Nothing is published from a part of a build.\n'
                ~ '  wanted: every model and test that publications rests on, in one build\n'
                ~ '  found:  ' ~ (
                    missing | length ~ ' of ' ~ needed | length ~ ' not selected, such as '
                    ~ missing[0].split('.')[2] if missing
                    else 'tables without their rows (--empty)'
                )
                ~ '\n  next:   dbt build, or dbt build --select +publications; to build a '
                ~ 'part and publish nothing, --exclude publications'
            ) -%}
        {%- endif -%}
        {%- do ask_python('segmentation_table_notes', tojson(notes_on(publication))) -%}
    {%- endif -%}
{%- endmacro %}

{#- By published table: its description, its columns' and its key. -#}
{% macro notes_on(publication) -%}
    {%- set notes = {} -%}
    {%- for id in graph.nodes[publication].depends_on.nodes + [publication] -%}
        {%- set node = graph.nodes[id] -%}
        {%- set columns = {} -%}
        {%- for name, column in node.columns.items() -%}
            {%- do columns.update({name: column.description | trim}) -%}
        {%- endfor -%}
        {%- do notes.update({node.alias: {
            'description': node.description | trim,
            'columns': columns,
            'key': (node.config.meta.sound_rows or {}).key or [],
        }}) -%}
    {%- endfor -%}
    {{ return(notes) }}
{%- endmacro %}

{#- The ids of all nodes above a node, and of the tests that dbt runs before it. -#}
{% macro needed_by(id) -%}
    {%- set above = [] -%}
    {%- set waiting = [id] -%}
    {%- for _ in graph.nodes if waiting -%}
        {%- for parent in graph.nodes[waiting.pop()].depends_on.nodes
            if parent in graph.nodes and parent not in above -%}
            {%- do above.append(parent) -%}
            {%- do waiting.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set gates = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test'
        and not node.depends_on.nodes | reject('in', above) | list -%}
        {%- do gates.append(node.unique_id) -%}
    {%- endfor -%}
    {{ return(above + gates) }}
{%- endmacro %}
