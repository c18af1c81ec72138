-- How many recipients a campaign has is counted when they are frozen, not whenever somebody looks.

ALTER TABLE campaigns ADD COLUMN recipients INTEGER NOT NULL DEFAULT 0;
UPDATE campaigns SET recipients = (
    SELECT count(*) FROM recipients r WHERE r.campaign = campaigns.id);
