-- Would another algorithm have found the same segments? The segments in use against every
-- other solution that was tried on the same customers: build with `algorithm: auto` to try
-- several. 1 is the same partition, 0 no more alike than chance (adjusted Rand index).
with

crosswalk as (

    select * from {{ ref('candidate_crosswalk') }}

),

candidates as (

    select * from {{ ref('segment_candidates') }}

),

in_use as (

    select
        algorithm,
        segment_count,
        segment_id,
        sum(customer_count) as customer_count

    from crosswalk

    group by algorithm, segment_count, segment_id

),

other as (

    select
        algorithm,
        segment_count,
        candidate_segment,
        sum(customer_count) as customer_count

    from crosswalk

    group by algorithm, segment_count, candidate_segment

),

-- Pairs of customers who are together: in both, in the segments in use, in the other.
pairs_in_both as (

    select
        algorithm,
        segment_count,
        sum(customer_count) as customers,
        sum(customer_count * (customer_count - 1.0) / 2) as pairs

    from crosswalk

    group by algorithm, segment_count

),

pairs_in_use as (

    select
        algorithm,
        segment_count,
        sum(customer_count * (customer_count - 1.0) / 2) as pairs

    from in_use

    group by algorithm, segment_count

),

pairs_in_other as (

    select
        algorithm,
        segment_count,
        sum(customer_count * (customer_count - 1.0) / 2) as pairs

    from other

    group by algorithm, segment_count

),

pairs as (

    select
        pairs_in_both.algorithm,
        pairs_in_both.segment_count,
        pairs_in_both.pairs as together_in_both,
        pairs_in_use.pairs as together_in_use,
        pairs_in_other.pairs as together_in_other,
        pairs_in_use.pairs * pairs_in_other.pairs
        / nullif(pairs_in_both.customers * (pairs_in_both.customers - 1.0) / 2, 0)
            as together_by_chance

    from pairs_in_both

    inner join pairs_in_use
        on
            pairs_in_both.algorithm = pairs_in_use.algorithm
            and pairs_in_both.segment_count = pairs_in_use.segment_count

    inner join pairs_in_other
        on
            pairs_in_both.algorithm = pairs_in_other.algorithm
            and pairs_in_both.segment_count = pairs_in_other.segment_count

)

select
    candidates.algorithm,
    candidates.segment_count,
    candidates.is_selected,
    (pairs.together_in_both - pairs.together_by_chance)
    / nullif(
        (pairs.together_in_use + pairs.together_in_other) / 2
        - pairs.together_by_chance,
        0
    ) as adjusted_rand_index,
    candidates.silhouette,
    candidates.stability,
    candidates.reason

from candidates

inner join pairs
    on
        candidates.algorithm = pairs.algorithm
        and candidates.segment_count = pairs.segment_count

order by
    adjusted_rand_index desc nulls last,
    candidates.algorithm asc,
    candidates.segment_count asc
