-- Make the table that a file is copied into, and the one of its rows that cannot come in.
create unlogged table bench_staging (
    line int generated always as identity, id text, name text, email text, company text, source text, employees text,
    seniority text, pages text, demo text, title text
);
create unlogged table bench_refused (line int, row_text text)
