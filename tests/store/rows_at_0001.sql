-- What a desk of the first release had: a customer, an open ticket with a line of history, a draft, letters of each fate.
INSERT INTO person (id, name, language, channel, chat, met) VALUES (1, 'Ana', 'es', 'telegram', '11', 1772442000.0);
INSERT INTO door (channel, "user", person) VALUES ('telegram', '11', 1);
UPDATE counter SET value = 1002 WHERE name = 'ticket';
INSERT INTO ticket (id, code, public, person, state, category, title, opened, due, touched, version, body) VALUES (1001, 'SUP-1001', 'public-1001', 1, 'ours', 'invoices', 'The invoice does not open', 1772442000.0, 1772528400.0, 1772442000.0, 1, '{"id":1001,"code":"SUP-1001","public":"public-1001","person":1,"name":"Ana","where":{"channel":"telegram","chat":"11"},"language":"es","agents":{"channel":"telegram","chat":"-100"},"category":"invoices","subcategory":"","title":"The invoice does not open","opened":"2026-03-02T09:00:00Z","due":"2026-03-03T09:00:00Z","touched":"2026-03-02T09:00:00Z","version":1}');
INSERT INTO dialogue (channel, chat, thread, who, flow, step, body, touched) VALUES ('telegram', '11', '', '11', 'intake', 'title', '{"flow":"intake","step":"title","draft":{"title":"half a wo"}}', 1772442000.0);
INSERT INTO lane (key, channel, chat, pace, pending, next_at) VALUES ('telegram|11|', 'telegram', '11', 'chat', 1, 1772442000.0);
INSERT INTO outbox (lane, state, at, body) VALUES ('telegram|11|', 2, 1772442000.0, '{"text":"sent"}');
INSERT INTO outbox (lane, state, at, body) VALUES ('telegram|11|', 0, 1772442000.0, '{"text":"waiting"}');
INSERT INTO outbox (lane, state, at, body, error) VALUES ('telegram|11|', 3, 1772442000.0, '{"text":"dead"}', 'gone');
