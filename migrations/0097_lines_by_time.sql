-- Lines of a day are read in the order of time.
create index lines_by_time on settlement.lines (merchant_id, day, at, line_id);
drop index settlement.lines_merchant_id_day_line_id_idx;
