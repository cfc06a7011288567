-- How what an answer echoes was spelt in XML (a&gt;b, CDATA), where that is not how we print it: JSON
-- of element and spelling, for the file's header and for each row.
alter table bulk_request add column file_spelling text;
alter table bulk_item add column spelling text;
