-- What answers somebody leaves within the vendor's window, or not at all; and a provider whose daily
-- quota is used up, or that asks to be left alone for a while, is not tried every minute.

ALTER TABLE outbox ADD COLUMN leave_by TEXT;
ALTER TABLE stops ADD COLUMN until TEXT;
