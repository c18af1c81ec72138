-- A message that may have arrived is sent again only while its provider still knows it.

ALTER TABLE outbox ADD COLUMN resend_until TEXT;
