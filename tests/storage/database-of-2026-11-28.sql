BEGIN TRANSACTION;
CREATE TABLE absences (
	item_id VARCHAR NOT NULL, 
	feed_id VARCHAR NOT NULL, 
	since DATETIME NOT NULL, 
	CONSTRAINT pk_absences PRIMARY KEY (item_id), 
	CONSTRAINT fk_absences_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
)
 WITHOUT ROWID

;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE assignments (
	story_id VARCHAR NOT NULL, 
	route VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_assignments PRIMARY KEY (story_id, route), 
	CONSTRAINT fk_assignments_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id)
);
CREATE TABLE attempts (
	id INTEGER NOT NULL, 
	delivery_id VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	look_up BOOLEAN NOT NULL, 
	owner VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	result VARCHAR, 
	reason VARCHAR, 
	CONSTRAINT pk_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_attempts_delivery_id_deliveries FOREIGN KEY(delivery_id) REFERENCES deliveries (id)
);
INSERT INTO "attempts" VALUES(1,'d9f54779a69c566b1',1,0,'vm:7290:7f9a4c','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','sent','posted');
INSERT INTO "attempts" VALUES(2,'d8604e7eda76f6a45',1,0,'vm:7290:7f9a4c','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','sent','posted');
INSERT INTO "attempts" VALUES(3,'d90717fb506656f79',1,0,'vm:7290:7f9a4c','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','sent','posted');
INSERT INTO "attempts" VALUES(4,'d273aa0685d79fbb9',1,0,'vm:7290:7f9a4c','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','sent','posted');
INSERT INTO "attempts" VALUES(5,'da36e86d037691667',1,0,'vm:7290:7f9a4c','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','sent','posted');
CREATE TABLE card_edits (
	delivery_id VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	wanted INTEGER NOT NULL, 
	shown INTEGER DEFAULT '0' NOT NULL, 
	shown_at DATETIME, 
	not_before DATETIME NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	plain BOOLEAN DEFAULT 0 NOT NULL, 
	reason VARCHAR, 
	CONSTRAINT pk_card_edits PRIMARY KEY (delivery_id), 
	CONSTRAINT fk_card_edits_delivery_id_deliveries FOREIGN KEY(delivery_id) REFERENCES deliveries (id)
)
 WITHOUT ROWID

;
CREATE TABLE cards (
	story_id VARCHAR NOT NULL, 
	route VARCHAR NOT NULL, 
	delivery_id VARCHAR NOT NULL, 
	rules VARCHAR NOT NULL, 
	unsure VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	created_at DATETIME NOT NULL, told VARCHAR, 
	CONSTRAINT pk_cards PRIMARY KEY (story_id, route), 
	CONSTRAINT fk_cards_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id)
);
INSERT INTO "cards" VALUES('s475f36f9ebc3','desk','d9f54779a69c566b1','["civilian-strikes","cluster-munitions","official-reactions"]','[]',4,'2026-11-28 12:00:00.000000','{"ways":["cluster-munitions: casualties","civilian-strikes: civilians harmed","cluster-munitions: use","official-reactions: no comment","civilian-strikes: deadly weapon","cluster-munitions: any mention"],"tolls":{"killed":200},"reactions":[["no comment","defence ministry","en"],["no comment","ministère","fr"]],"corrections":[],"confirmed":true}');
CREATE TABLE channels (
	channel VARCHAR NOT NULL, 
	lease_owner VARCHAR, 
	lease_until DATETIME, 
	ready_at DATETIME, 
	problem VARCHAR, edits_ready_at DATETIME, 
	CONSTRAINT pk_channels PRIMARY KEY (channel)
);
INSERT INTO "channels" VALUES('terminal',NULL,NULL,'2026-11-28 12:00:00.000000',NULL,NULL);
CREATE TABLE claims (
	item_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	claimant VARCHAR NOT NULL, 
	story_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	low INTEGER NOT NULL, 
	high INTEGER NOT NULL, 
	words VARCHAR NOT NULL, 
	quote VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	family VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_claims PRIMARY KEY (item_id, kind, value, claimant), 
	CONSTRAINT fk_claims_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id)
)
 WITHOUT ROWID

;
INSERT INTO "claims" VALUES('i1c1679e688f066e1','killed','at least 200','une ONG','s475f36f9ebc3',1,200,200,'at least 200','Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','place','geo:169389','','s475f36f9ebc3',1,0,0,'Idlib','L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','place','geo:169577','','s475f36f9ebc3',1,0,0,'Homs','L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','place','geo:170063','','s475f36f9ebc3',1,0,0,'Aleppo','L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','reaction','no comment','ministère','s475f36f9ebc3',1,0,0,'refuse de commenter','Le ministère de la défense refuse de commenter','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','weapon','bombe','','s475f36f9ebc3',1,0,0,'bombes','Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i1c1679e688f066e1','weapon','bombe à sous-munitions','','s475f36f9ebc3',1,0,0,'bombes à sous-munitions','Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','Quai Info','quai-info','fr','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i48d3a3e75d5ac917','killed','200','','s475f36f9ebc3',1,200,200,'200','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Fieldwatch','fieldwatch','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i48d3a3e75d5ac917','place','geo:169389','','s475f36f9ebc3',1,0,0,'Idlib','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Fieldwatch','fieldwatch','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i48d3a3e75d5ac917','place','geo:169577','','s475f36f9ebc3',1,0,0,'Homs','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Fieldwatch','fieldwatch','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i48d3a3e75d5ac917','place','geo:170063','','s475f36f9ebc3',1,0,0,'Aleppo','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Fieldwatch','fieldwatch','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('i48d3a3e75d5ac917','weapon','cluster munition','','s475f36f9ebc3',1,0,0,'cluster munitions','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Fieldwatch','fieldwatch','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia2a1a0c75706834c','killed','at least 200','','s475f36f9ebc3',1,200,200,'at least 200','Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії','Дніпровські вісті','dnipro-news','uk','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia2a1a0c75706834c','place','geo:169389','','s475f36f9ebc3',1,0,0,'Idlib','Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch','Дніпровські вісті','dnipro-news','uk','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia2a1a0c75706834c','place','geo:169577','','s475f36f9ebc3',1,0,0,'Homs','Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch','Дніпровські вісті','dnipro-news','uk','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia2a1a0c75706834c','place','geo:170063','','s475f36f9ebc3',1,0,0,'Aleppo','Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch','Дніпровські вісті','dnipro-news','uk','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia2a1a0c75706834c','weapon','касетн* боєприпас','','s475f36f9ebc3',1,0,0,'касетні боєприпаси','Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії','Дніпровські вісті','dnipro-news','uk','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia4d5b24d3f0902d9','killed','200','','s475f36f9ebc3',1,200,200,'200','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','القلم','qalam','ar','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia4d5b24d3f0902d9','place','geo:169389','','s475f36f9ebc3',1,0,0,'Idlib','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','القلم','qalam','ar','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia4d5b24d3f0902d9','place','geo:169577','','s475f36f9ebc3',1,0,0,'Homs','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','القلم','qalam','ar','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia4d5b24d3f0902d9','place','geo:170063','','s475f36f9ebc3',1,0,0,'Aleppo','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','القلم','qalam','ar','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('ia4d5b24d3f0902d9','weapon','ذخائر عنقودية','','s475f36f9ebc3',1,0,0,'بالذخائر العنقودية','قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل','القلم','qalam','ar','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','killed','at least 200','rights group','s475f36f9ebc3',1,200,200,'at least 200','Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','place','geo:169389','','s475f36f9ebc3',1,0,0,'Idlib','Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','place','geo:169577','','s475f36f9ebc3',1,0,0,'Homs','Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','place','geo:170063','','s475f36f9ebc3',1,0,0,'Aleppo','Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','reaction','no comment','defence ministry','s475f36f9ebc3',1,0,0,'declined to comment','The defence ministry declined to comment; the foreign ministry said it would first study the report','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
INSERT INTO "claims" VALUES('id1187071dccfa9e7','weapon','cluster munition','','s475f36f9ebc3',1,0,0,'cluster munitions','Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says','Meridian Wire','meridian-wire','en','2026-11-28 12:00:00.000000');
CREATE TABLE config_files (
	name VARCHAR NOT NULL, 
	content VARCHAR, 
	good_since DATETIME, 
	wrong VARCHAR NOT NULL, 
	told_at DATETIME, 
	CONSTRAINT pk_config_files PRIMARY KEY (name)
);
INSERT INTO "config_files" VALUES('rules/a.yaml','x','2026-11-28 12:00:00.000000','',NULL);
CREATE TABLE deliveries (
	id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	route VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	payload VARCHAR, 
	state VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	not_before DATETIME NOT NULL, 
	parent_id VARCHAR, 
	broadcast BOOLEAN NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	lookups INTEGER DEFAULT '0' NOT NULL, 
	plain BOOLEAN DEFAULT 0 NOT NULL, 
	first_attempt_at DATETIME, 
	ts VARCHAR, 
	reason VARCHAR, 
	sent_at DATETIME, place INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT uq_deliveries_key UNIQUE ("key"), 
	CONSTRAINT fk_deliveries_channel_channels FOREIGN KEY(channel) REFERENCES channels (channel)
);
INSERT INTO "deliveries" VALUES('d9f54779a69c566b1','card:s475f36f9ebc3:desk','desk','terminal',4,'card','{"alert":{"story_id":"s475f36f9ebc3","item_id":"id1187071dccfa9e7","severity":4,"title":"Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says","summary":"Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday.\nLast week another group, Open Evidence, had counted at least 20 uses of the banned weapon. The defence ministry declined to comment; the foreign ministry said it would first study the report.","url":"https://meridian-wire.example/mw-1","source":"Meridian Wire","language":"en","published":"2026-11-28T11:46:00Z","seen_at":"2026-11-28T12:00:00Z","matches":[{"rule":"civilian-strikes","rule_title":"Strikes that hit civilians or protected places","rule_hash":"730c50","engine":"1","way":"civilians harmed","severity":3,"send_to":[],"live":true,"evidence":[{"field":"title","start":0,"end":9,"text":"Air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"title","start":33,"end":39,"text":"killed","term":"kill","how":"inflected","group":"harm"},{"field":"title","start":53,"end":62,"text":"civilians","term":"civilian","how":"inflected","group":"civilians"}],"confidence":0.992,"sure":true,"unsure":"mark","reasons":["+civilians","-group","-to","+rights","+least"],"opinion":"7eb9fb"},{"rule":"cluster-munitions","rule_title":"Cluster munitions - any mention of the weapon","rule_hash":"0445b4","engine":"1","way":"casualties","severity":4,"send_to":[],"live":true,"evidence":[{"field":"title","start":15,"end":32,"text":"cluster munitions","term":"cluster munition","how":"inflected","group":"weapon"},{"field":"title","start":33,"end":39,"text":"killed","term":"kill","how":"inflected","group":"harm"}],"confidence":null,"sure":true,"unsure":"mark","reasons":[],"opinion":""},{"rule":"official-reactions","rule_title":"Governments and intergovernmental bodies react to attacks","rule_hash":"372b49","engine":"1","way":"no comment","severity":2,"send_to":[],"live":true,"evidence":[{"field":"title","start":0,"end":9,"text":"Air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":269,"end":285,"text":"defence ministry","term":"defence ministry","how":"same","group":"official"},{"field":"summary","start":286,"end":305,"text":"declined to comment","term":"decline to comment","how":"inflected","group":"no_comment"}],"confidence":0.978,"sure":true,"unsure":"mark","reasons":["+civilians","+foreign","+cluster","+it","-in"],"opinion":"f8b0d3"}],"record":{"outlets":6,"origins":5,"latest":[{"item_id":"ia2a1a0c75706834c","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії","claimant":"","source":"Дніпровські вісті","family":"dnipro-news","language":"uk","seen_at":"2026-11-28T12:00:00Z"}],"highest":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"une ONG","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"places":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169389","low":0,"high":0,"words":"Idlib","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169577","low":0,"high":0,"words":"Homs","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:170063","low":0,"high":0,"words":"Aleppo","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"weapons":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"weapon","value":"cluster munition","low":0,"high":0,"words":"cluster munitions","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe","low":0,"high":0,"words":"bombes","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe à sous-munitions","low":0,"high":0,"words":"bombes à sous-munitions","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"ia4d5b24d3f0902d9","revision":1,"kind":"weapon","value":"ذخائر عنقودية","low":0,"high":0,"words":"بالذخائر العنقودية","quote":"قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل","claimant":"","source":"القلم","family":"qalam","language":"ar","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"ia2a1a0c75706834c","revision":1,"kind":"weapon","value":"касетн* боєприпас","low":0,"high":0,"words":"касетні боєприпаси","quote":"Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії","claimant":"","source":"Дніпровські вісті","family":"dnipro-news","language":"uk","seen_at":"2026-11-28T12:00:00Z"}],"targets":[],"accusations":[],"reactions":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"refuse de commenter","quote":"Le ministère de la défense refuse de commenter","claimant":"ministère","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"id1187071dccfa9e7","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"declined to comment","quote":"The defence ministry declined to comment; the foreign ministry said it would first study the report","claimant":"defence ministry","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"corrections":[]}},"desk":{"claimed_by":"","claimed_at":null,"judged_by":"","judged_at":null,"judged":"","muted_by":"","muted_until":null,"muted":""},"updates":4,"updated_at":"2026-11-28T12:00:00Z","merged_into":"","kind":"card"}','sent','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',NULL,0,1,0,0,'2026-11-28 12:00:00.000000','terminal-d9f54779a69c566b1','posted','2026-11-28 12:00:00.000000',0);
INSERT INTO "deliveries" VALUES('d90717fb506656f79','follow-up:i48d3a3e75d5ac917:1:desk','desk','terminal',4,'follow-up','{"alert":{"story_id":"s475f36f9ebc3","item_id":"i48d3a3e75d5ac917","severity":4,"title":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","summary":"Our study documents six air raids with cluster munitions on markets, a camp and a school in which at least 200 civilians were killed.","url":"https://fieldwatch.example/fw-1","source":"Fieldwatch","language":"en","published":"2026-11-28T11:44:00Z","seen_at":"2026-11-28T12:00:00Z","matches":[{"rule":"civilian-strikes","rule_title":"Strikes that hit civilians or protected places","rule_hash":"730c50","engine":"1","way":"civilians harmed","severity":3,"send_to":[],"live":true,"evidence":[{"field":"summary","start":24,"end":33,"text":"air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":111,"end":120,"text":"civilians","term":"civilian","how":"inflected","group":"civilians"},{"field":"summary","start":126,"end":132,"text":"killed","term":"kill","how":"inflected","group":"harm"}],"confidence":0.998,"sure":true,"unsure":"mark","reasons":["+civilians","+least","-and","-a","-markets"],"opinion":"7eb9fb"},{"rule":"cluster-munitions","rule_title":"Cluster munitions - any mention of the weapon","rule_hash":"0445b4","engine":"1","way":"casualties","severity":4,"send_to":[],"live":true,"evidence":[{"field":"title","start":21,"end":27,"text":"killed","term":"kill","how":"inflected","group":"harm"},{"field":"title","start":31,"end":48,"text":"cluster munitions","term":"cluster munition","how":"inflected","group":"weapon"}],"confidence":null,"sure":true,"unsure":"mark","reasons":[],"opinion":""}],"record":{"outlets":3,"origins":2,"latest":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"killed","value":"200","low":200,"high":200,"words":"200","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"highest":[{"item_id":"id1187071dccfa9e7","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says","claimant":"rights group","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"places":[{"item_id":"id1187071dccfa9e7","revision":1,"kind":"place","value":"geo:169389","low":0,"high":0,"words":"Idlib","quote":"Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday","claimant":"","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"id1187071dccfa9e7","revision":1,"kind":"place","value":"geo:169577","low":0,"high":0,"words":"Homs","quote":"Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday","claimant":"","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"id1187071dccfa9e7","revision":1,"kind":"place","value":"geo:170063","low":0,"high":0,"words":"Aleppo","quote":"Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday","claimant":"","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"weapons":[{"item_id":"id1187071dccfa9e7","revision":1,"kind":"weapon","value":"cluster munition","low":0,"high":0,"words":"cluster munitions","quote":"Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says","claimant":"","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"targets":[],"accusations":[],"reactions":[{"item_id":"id1187071dccfa9e7","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"declined to comment","quote":"The defence ministry declined to comment; the foreign ministry said it would first study the report","claimant":"defence ministry","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"corrections":[]}},"news":"first independent confirmation (3 outlets, 2 origins)","kind":"follow-up"}','sent','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','d9f54779a69c566b1',1,1,0,0,'2026-11-28 12:00:00.000000','terminal-d90717fb506656f79','posted','2026-11-28 12:00:00.000000',0);
INSERT INTO "deliveries" VALUES('d8604e7eda76f6a45','follow-up:i1c1679e688f066e1:1:desk','desk','terminal',4,'follow-up','{"alert":{"story_id":"s475f36f9ebc3","item_id":"i1c1679e688f066e1","severity":4,"title":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","summary":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep. Le ministère de la défense refuse de commenter.","url":"https://quai-info.example/qi-1","source":"Quai Info","language":"fr","published":"2026-11-28T11:52:00Z","seen_at":"2026-11-28T12:00:00Z","matches":[{"rule":"civilian-strikes","rule_title":"Strikes that hit civilians or protected places","rule_hash":"730c50","engine":"1","way":"deadly weapon","severity":3,"send_to":[],"live":true,"evidence":[{"field":"title","start":12,"end":18,"text":"bombes","term":"bombe","how":"inflected","group":"weapon"},{"field":"title","start":40,"end":43,"text":"tué","term":"=tue","how":"same","group":"harm"}],"confidence":0.988,"sure":true,"unsure":"mark","reasons":["+civils","+ministère","-à","+bombes","+frappes"],"opinion":"7eb9fb"},{"rule":"cluster-munitions","rule_title":"Cluster munitions - any mention of the weapon","rule_hash":"0445b4","engine":"1","way":"casualties","severity":4,"send_to":[],"live":true,"evidence":[{"field":"title","start":12,"end":35,"text":"bombes à sous-munitions","term":"bombe à sous-munitions","how":"inflected","group":"weapon"},{"field":"title","start":40,"end":43,"text":"tué","term":"=tue","how":"same","group":"harm"}],"confidence":null,"sure":true,"unsure":"mark","reasons":[],"opinion":""},{"rule":"official-reactions","rule_title":"Governments and intergovernmental bodies react to attacks","rule_hash":"372b49","engine":"1","way":"no comment","severity":2,"send_to":[],"live":true,"evidence":[{"field":"summary","start":29,"end":46,"text":"frappes aériennes","term":"frappe aérienne","how":"inflected","group":"attack"},{"field":"summary","start":73,"end":82,"text":"ministère","term":"ministère","how":"same","group":"official"},{"field":"summary","start":97,"end":116,"text":"refuse de commenter","term":"refuse .. commenter","how":"same","group":"no_comment"}],"confidence":0.955,"sure":true,"unsure":"mark","reasons":["+civils","-selon","+refuse","-à","+moins"],"opinion":"f8b0d3"}],"record":{"outlets":4,"origins":3,"latest":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"une ONG","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"highest":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"killed","value":"200","low":200,"high":200,"words":"200","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"places":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"place","value":"geo:169389","low":0,"high":0,"words":"Idlib","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"place","value":"geo:169577","low":0,"high":0,"words":"Homs","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"place","value":"geo:170063","low":0,"high":0,"words":"Aleppo","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"weapons":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"weapon","value":"cluster munition","low":0,"high":0,"words":"cluster munitions","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe","low":0,"high":0,"words":"bombes","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe à sous-munitions","low":0,"high":0,"words":"bombes à sous-munitions","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"targets":[],"accusations":[],"reactions":[{"item_id":"id1187071dccfa9e7","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"declined to comment","quote":"The defence ministry declined to comment; the foreign ministry said it would first study the report","claimant":"defence ministry","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"refuse de commenter","quote":"Le ministère de la défense refuse de commenter","claimant":"ministère","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"corrections":[]}},"news":"also Strikes that hit civilians or protected places: deadly weapon","kind":"follow-up"}','sent','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','d9f54779a69c566b1',1,1,0,0,'2026-11-28 12:00:00.000000','terminal-d8604e7eda76f6a45','posted','2026-11-28 12:00:00.000000',0);
INSERT INTO "deliveries" VALUES('da36e86d037691667','follow-up:ia4d5b24d3f0902d9:1:desk','desk','terminal',3,'follow-up','{"alert":{"story_id":"s475f36f9ebc3","item_id":"ia4d5b24d3f0902d9","severity":3,"title":"منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب","summary":"قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل.","url":"https://qalam.example/qa-1","source":"القلم","language":"ar","published":"2026-11-28T11:54:00Z","seen_at":"2026-11-28T12:00:00Z","matches":[{"rule":"civilian-strikes","rule_title":"Strikes that hit civilians or protected places","rule_hash":"730c50","engine":"1","way":"civilians harmed","severity":3,"send_to":[],"live":true,"evidence":[{"field":"summary","start":26,"end":31,"text":"غارات","term":"غارة","how":"inflected","group":"attack"},{"field":"summary","start":56,"end":60,"text":"قتلت","term":"قتلت","how":"same","group":"harm"},{"field":"summary","start":65,"end":69,"text":"مدني","term":"=مدني","how":"same","group":"civilians"}],"confidence":0.976,"sure":true,"unsure":"mark","reasons":["-إن","-جوية","+منظمة","+على","-في"],"opinion":"7eb9fb"},{"rule":"cluster-munitions","rule_title":"Cluster munitions - any mention of the weapon","rule_hash":"0445b4","engine":"1","way":"use","severity":3,"send_to":[],"live":true,"evidence":[{"field":"summary","start":26,"end":31,"text":"غارات","term":"غارة","how":"inflected","group":"use"},{"field":"summary","start":37,"end":55,"text":"بالذخائر العنقودية","term":"ذخائر عنقودية","how":"inflected","group":"weapon"}],"confidence":null,"sure":true,"unsure":"mark","reasons":[],"opinion":""}],"record":{"outlets":5,"origins":4,"latest":[{"item_id":"ia4d5b24d3f0902d9","revision":1,"kind":"killed","value":"200","low":200,"high":200,"words":"200","quote":"منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب","claimant":"","source":"القلم","family":"qalam","language":"ar","seen_at":"2026-11-28T12:00:00Z"}],"highest":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"une ONG","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"places":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169389","low":0,"high":0,"words":"Idlib","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169577","low":0,"high":0,"words":"Homs","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:170063","low":0,"high":0,"words":"Aleppo","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"weapons":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"weapon","value":"cluster munition","low":0,"high":0,"words":"cluster munitions","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe","low":0,"high":0,"words":"bombes","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe à sous-munitions","low":0,"high":0,"words":"bombes à sous-munitions","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"ia4d5b24d3f0902d9","revision":1,"kind":"weapon","value":"ذخائر عنقودية","low":0,"high":0,"words":"بالذخائر العنقودية","quote":"قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل","claimant":"","source":"القلم","family":"qalam","language":"ar","seen_at":"2026-11-28T12:00:00Z"}],"targets":[],"accusations":[],"reactions":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"refuse de commenter","quote":"Le ministère de la défense refuse de commenter","claimant":"ministère","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"id1187071dccfa9e7","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"declined to comment","quote":"The defence ministry declined to comment; the foreign ministry said it would first study the report","claimant":"defence ministry","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"corrections":[]}},"news":"also Cluster munitions - any mention of the weapon: use","kind":"follow-up"}','sent','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','d9f54779a69c566b1',1,1,0,0,'2026-11-28 12:00:00.000000','terminal-da36e86d037691667','posted','2026-11-28 12:00:00.000000',0);
INSERT INTO "deliveries" VALUES('d273aa0685d79fbb9','follow-up:ia2a1a0c75706834c:1:desk','desk','terminal',3,'follow-up','{"alert":{"story_id":"s475f36f9ebc3","item_id":"ia2a1a0c75706834c","severity":3,"title":"Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії","summary":"Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch.","url":"https://dnipro-news.example/dn-1","source":"Дніпровські вісті","language":"uk","published":"2026-11-28T11:55:00Z","seen_at":"2026-11-28T12:00:00Z","matches":[{"rule":"cluster-munitions","rule_title":"Cluster munitions - any mention of the weapon","rule_hash":"0445b4","engine":"1","way":"any mention","severity":3,"send_to":[],"live":true,"evidence":[{"field":"title","start":16,"end":34,"text":"касетні боєприпаси","term":"касетн* боєприпас","how":"inflected","group":"weapon"}],"confidence":null,"sure":true,"unsure":"mark","reasons":[],"opinion":""}],"record":{"outlets":6,"origins":5,"latest":[{"item_id":"ia2a1a0c75706834c","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії","claimant":"","source":"Дніпровські вісті","family":"dnipro-news","language":"uk","seen_at":"2026-11-28T12:00:00Z"}],"highest":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"killed","value":"at least 200","low":200,"high":200,"words":"at least 200","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"une ONG","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"places":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169389","low":0,"high":0,"words":"Idlib","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:169577","low":0,"high":0,"words":"Homs","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"place","value":"geo:170063","low":0,"high":0,"words":"Aleppo","quote":"L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"}],"weapons":[{"item_id":"i48d3a3e75d5ac917","revision":1,"kind":"weapon","value":"cluster munition","low":0,"high":0,"words":"cluster munitions","quote":"Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo","claimant":"","source":"Fieldwatch","family":"fieldwatch","language":"en","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe","low":0,"high":0,"words":"bombes","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"i1c1679e688f066e1","revision":1,"kind":"weapon","value":"bombe à sous-munitions","low":0,"high":0,"words":"bombes à sous-munitions","quote":"Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG","claimant":"","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"ia4d5b24d3f0902d9","revision":1,"kind":"weapon","value":"ذخائر عنقودية","low":0,"high":0,"words":"بالذخائر العنقودية","quote":"قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل","claimant":"","source":"القلم","family":"qalam","language":"ar","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"ia2a1a0c75706834c","revision":1,"kind":"weapon","value":"касетн* боєприпас","low":0,"high":0,"words":"касетні боєприпаси","quote":"Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії","claimant":"","source":"Дніпровські вісті","family":"dnipro-news","language":"uk","seen_at":"2026-11-28T12:00:00Z"}],"targets":[],"accusations":[],"reactions":[{"item_id":"i1c1679e688f066e1","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"refuse de commenter","quote":"Le ministère de la défense refuse de commenter","claimant":"ministère","source":"Quai Info","family":"quai-info","language":"fr","seen_at":"2026-11-28T12:00:00Z"},{"item_id":"id1187071dccfa9e7","revision":1,"kind":"reaction","value":"no comment","low":0,"high":0,"words":"declined to comment","quote":"The defence ministry declined to comment; the foreign ministry said it would first study the report","claimant":"defence ministry","source":"Meridian Wire","family":"meridian-wire","language":"en","seen_at":"2026-11-28T12:00:00Z"}],"corrections":[]}},"news":"also Cluster munitions - any mention of the weapon: any mention","kind":"follow-up"}','sent','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','d9f54779a69c566b1',1,1,0,0,'2026-11-28 12:00:00.000000','terminal-d273aa0685d79fbb9','posted','2026-11-28 12:00:00.000000',0);
CREATE TABLE delivery_items (
	delivery_id VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	CONSTRAINT pk_delivery_items PRIMARY KEY (delivery_id, item_id), 
	CONSTRAINT fk_delivery_items_delivery_id_deliveries FOREIGN KEY(delivery_id) REFERENCES deliveries (id)
)
 WITHOUT ROWID

;
INSERT INTO "delivery_items" VALUES('d8604e7eda76f6a45','i1c1679e688f066e1');
INSERT INTO "delivery_items" VALUES('d90717fb506656f79','i48d3a3e75d5ac917');
INSERT INTO "delivery_items" VALUES('d273aa0685d79fbb9','ia2a1a0c75706834c');
INSERT INTO "delivery_items" VALUES('da36e86d037691667','ia4d5b24d3f0902d9');
INSERT INTO "delivery_items" VALUES('d9f54779a69c566b1','id1187071dccfa9e7');
CREATE TABLE desk_acts (
	"key" VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_desk_acts PRIMARY KEY ("key")
)
 WITHOUT ROWID

;
CREATE TABLE entries (
	feed_id VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	CONSTRAINT pk_entries PRIMARY KEY (feed_id, digest)
)
 WITHOUT ROWID

;
INSERT INTO "entries" VALUES('council-press','145e3791a78a88b918ad234d2955de65','i1f10433e292eb370');
INSERT INTO "entries" VALUES('dnipro-news','0df2c0872ba3736489298dd3cabd463d','ic08eaf992e2e10c0');
INSERT INTO "entries" VALUES('dnipro-news','a2ff4b4e05c60133c454fece5597af2e','ia2a1a0c75706834c');
INSERT INTO "entries" VALUES('fieldwatch','555261d223fe8297c445ceb00c7afd33','i3ffc11c4cabf553a');
INSERT INTO "entries" VALUES('fieldwatch','81ade2e34d95b7b05fe19e2eac04e49f','i48d3a3e75d5ac917');
INSERT INTO "entries" VALUES('fieldwatch','968cd2766affdf17eeba248b7e5b1fe3','i94d9dbee6a9ebbd8');
INSERT INTO "entries" VALUES('harbour-post','280222c4c5c1b05ea325cfce573b173e','i9cecd6162235f5a8');
INSERT INTO "entries" VALUES('harbour-post','434846dff3073893b2c415d94deba36e','ic62637b46a568a28');
INSERT INTO "entries" VALUES('harbour-post','85474d2bd4b1757906bdbff926c5df61','i05fd2655e7cdb733');
INSERT INTO "entries" VALUES('harbour-post','8d6e6a7988faffb965c00b94c93c4290','i4634eaf20629779d');
INSERT INTO "entries" VALUES('harbour-post','c7cf66a16e6982a200d53583728e29b4','i5023514ec3e5e3a0');
INSERT INTO "entries" VALUES('meridian-wire','28fbbd8355404bec3e5263ac24b6ac04','i392ab009728e1922');
INSERT INTO "entries" VALUES('meridian-wire','95c6408238ee1fd429d7fc14919b4f2f','i76860efa8c33be61');
INSERT INTO "entries" VALUES('meridian-wire','9798ca37c33efa889ed1cece66f3419d','i9ce3ccdb703dcdc8');
INSERT INTO "entries" VALUES('meridian-wire','9e80c38c886bd370620cfa53a44d05a3','i4ad97667b587c9a9');
INSERT INTO "entries" VALUES('meridian-wire','d9c376e25723f9f285a9557e87ab42c4','id1187071dccfa9e7');
INSERT INTO "entries" VALUES('open-evidence','cf2a8b8498fb5726bec8c055342c670c','i0db32b0792e82bd5');
INSERT INTO "entries" VALUES('qalam','86aca4425d73207c43cd271963725dbf','if2e3dcad6e92d3d2');
INSERT INTO "entries" VALUES('qalam','b4d3defbd358d1b0f79a52e8d57cbe98','ia4d5b24d3f0902d9');
INSERT INTO "entries" VALUES('quai-info','6f04e3f9a1fb714bde1f4a05a4b541f0','i8f736ce692bbb335');
INSERT INTO "entries" VALUES('quai-info','78ce997c1b63a7b0c2507ecb9512e5dc','i1c1679e688f066e1');
INSERT INTO "entries" VALUES('quai-info','aaf133bf3d57256f319bef97c7a3912b','i5df98a5f1a6c336c');
INSERT INTO "entries" VALUES('quai-info','d820cd3d11cb18b8caa4f63216a71389','i8aa54c4daac8439b');
INSERT INTO "entries" VALUES('vestnik-severa','4dad479756a9659a77111e0a0f5e9f8b','i9759faee8c512b76');
CREATE TABLE feeds (
	id VARCHAR NOT NULL, 
	url VARCHAR, 
	etag VARCHAR, 
	last_modified VARCHAR, 
	body_hash VARCHAR, 
	next_poll_at DATETIME, 
	polled_at DATETIME, 
	succeeded_at DATETIME, 
	baselined_at DATETIME, 
	failures INTEGER DEFAULT '0' NOT NULL, 
	failing_since DATETIME, 
	failure VARCHAR, 
	reason VARCHAR, 
	failure_told BOOLEAN DEFAULT 0 NOT NULL, keys VARCHAR DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (id)
);
INSERT INTO "feeds" VALUES('meridian-wire',NULL,'"0accdab1ffc17a8a"',NULL,'0accdab1ffc17a8a790e164ec769c0dc','2026-11-28 12:00:09.960977','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":5,"reused":0,"changed":0},"link":{"seen":5,"reused":0,"changed":0},"text":{"seen":4,"reused":0,"changed":0},"date":{"seen":5,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('harbour-post',NULL,'"0f102f70f1a3b4db"',NULL,'0f102f70f1a3b4dbc1ced4f0e7c6a92e','2026-11-28 12:00:09.347849','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":5,"reused":0,"changed":0},"link":{"seen":5,"reused":0,"changed":0},"text":{"seen":3,"reused":0,"changed":0},"date":{"seen":5,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('fieldwatch',NULL,'"c6d6c4129d53eaa2"',NULL,'c6d6c4129d53eaa266e675c8a7d7e972','2026-11-28 12:00:10.091881','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":3,"reused":0,"changed":0},"link":{"seen":3,"reused":0,"changed":0},"text":{"seen":1,"reused":0,"changed":0},"date":{"seen":3,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('open-evidence',NULL,'"7b9d3404c63da155"',NULL,'7b9d3404c63da1551e4227d039a338e7','2026-11-28 12:00:09.270067','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":1,"reused":0,"changed":0},"link":{"seen":1,"reused":0,"changed":0},"text":{"seen":0,"reused":0,"changed":0},"date":{"seen":1,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('quai-info',NULL,'"564693a48b865577"',NULL,'564693a48b86557764cd0f9681f84e2a','2026-11-28 12:00:10.406135','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":4,"reused":0,"changed":0},"link":{"seen":4,"reused":0,"changed":0},"text":{"seen":1,"reused":0,"changed":0},"date":{"seen":4,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('el-faro',NULL,NULL,NULL,NULL,'2026-11-28 12:00:10.681921','2026-11-28 12:00:00.000000',NULL,NULL,1,'2026-11-28 12:00:00.000000','http','HTTP 500 Internal Server Error',0,'{"guid":{"seen":0,"reused":0,"changed":0},"link":{"seen":0,"reused":0,"changed":0},"text":{"seen":0,"reused":0,"changed":0},"date":{"seen":0,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('qalam',NULL,'"46bea45a4aebe5ca"',NULL,'46bea45a4aebe5cae50cffecc41c2661','2026-11-28 12:00:10.625952','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":2,"reused":0,"changed":0},"link":{"seen":2,"reused":0,"changed":0},"text":{"seen":1,"reused":0,"changed":0},"date":{"seen":2,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('vestnik-severa',NULL,'"000f884a5f5209f1"',NULL,'000f884a5f5209f1a3024169adcb3cb0','2026-11-28 12:00:10.855607','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":1,"reused":0,"changed":0},"link":{"seen":1,"reused":0,"changed":0},"text":{"seen":0,"reused":0,"changed":0},"date":{"seen":1,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('dnipro-news',NULL,'"bf8191ca0b4f4e8a"',NULL,'bf8191ca0b4f4e8ac0b8a1bf8db990fa','2026-11-28 12:00:09.807869','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":2,"reused":0,"changed":0},"link":{"seen":2,"reused":0,"changed":0},"text":{"seen":1,"reused":0,"changed":0},"date":{"seen":2,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('council-press',NULL,'"ca1cbec9078d7769"',NULL,'ca1cbec9078d7769915a86c1909db946','2026-11-28 12:00:10.405295','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000',0,NULL,NULL,NULL,0,'{"guid":{"seen":1,"reused":0,"changed":0},"link":{"seen":1,"reused":0,"changed":0},"text":{"seen":0,"reused":0,"changed":0},"date":{"seen":1,"reused":0,"changed":0}}');
INSERT INTO "feeds" VALUES('old-bulletin',NULL,NULL,NULL,NULL,'2026-11-28 12:00:10.988408','2026-11-28 12:00:00.000000',NULL,NULL,1,'2026-11-28 12:00:00.000000','not_a_feed','an HTML page titled "The Old Bulletin", not a feed',0,'{"guid":{"seen":0,"reused":0,"changed":0},"link":{"seen":0,"reused":0,"changed":0},"text":{"seen":0,"reused":0,"changed":0},"date":{"seen":0,"reused":0,"changed":0}}');
CREATE TABLE item_keys (
	"key" VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	item_id VARCHAR NOT NULL, 
	CONSTRAINT pk_item_keys PRIMARY KEY ("key", seen_at, item_id), 
	CONSTRAINT fk_item_keys_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
)
 WITHOUT ROWID

;
INSERT INTO "item_keys" VALUES('00c24597697f1ecac304669340d0007a','2026-11-28 12:00:00.000000','i4ad97667b587c9a9');
INSERT INTO "item_keys" VALUES('03aeb8c7c97de160356000ed0bddf5d7','2026-11-28 12:00:00.000000','i1c1679e688f066e1');
INSERT INTO "item_keys" VALUES('0479d2eb2c3d89f6b89c5a6bc90b2348','2026-11-28 12:00:00.000000','i05fd2655e7cdb733');
INSERT INTO "item_keys" VALUES('07b5e4521703d45880ea31845c0750f5','2026-11-28 12:00:00.000000','i1f10433e292eb370');
INSERT INTO "item_keys" VALUES('0824bc527d151ddd9c1e4788070c087f','2026-11-28 12:00:00.000000','id1187071dccfa9e7');
INSERT INTO "item_keys" VALUES('0879d3dc96c6c485e9bd7d6eed725cbb','2026-11-28 12:00:00.000000','ic62637b46a568a28');
INSERT INTO "item_keys" VALUES('0ca064bf0824365d39b5812a02d32e20','2026-11-28 12:00:00.000000','i94d9dbee6a9ebbd8');
INSERT INTO "item_keys" VALUES('0d1fde8b3e11b959175a85d4edce86dc','2026-11-28 12:00:00.000000','i1c1679e688f066e1');
INSERT INTO "item_keys" VALUES('10b392541993a33dba08c37d12717bc2','2026-11-28 12:00:00.000000','i392ab009728e1922');
INSERT INTO "item_keys" VALUES('1161228133e6e901d94a30fcc5fa3a66','2026-11-28 12:00:00.000000','if2e3dcad6e92d3d2');
INSERT INTO "item_keys" VALUES('13e2d4a94ce8c549b69b709dad8e1c84','2026-11-28 12:00:00.000000','i5023514ec3e5e3a0');
INSERT INTO "item_keys" VALUES('13fd25b57dda7f2e973ba14185ca67ad','2026-11-28 12:00:00.000000','if2e3dcad6e92d3d2');
INSERT INTO "item_keys" VALUES('1554951a9ad00bc3453880b878e04ddb','2026-11-28 12:00:00.000000','id1187071dccfa9e7');
INSERT INTO "item_keys" VALUES('200c765a8e66103426d134310aaff809','2026-11-28 12:00:00.000000','i5df98a5f1a6c336c');
INSERT INTO "item_keys" VALUES('21e3308a5da19407f85ab3d310a31e69','2026-11-28 12:00:00.000000','id1187071dccfa9e7');
INSERT INTO "item_keys" VALUES('2667617d2382c51730bc8ffd026fd293','2026-11-28 12:00:00.000000','i4ad97667b587c9a9');
INSERT INTO "item_keys" VALUES('2872c906aeb3590a6c1f8bb1520fb98a','2026-11-28 12:00:00.000000','ic62637b46a568a28');
INSERT INTO "item_keys" VALUES('28847a1807b7f19c4eda37cebb263b1e','2026-11-28 12:00:00.000000','i9759faee8c512b76');
INSERT INTO "item_keys" VALUES('2a899bbe78d76515b1c707bacee16a24','2026-11-28 12:00:00.000000','i5df98a5f1a6c336c');
INSERT INTO "item_keys" VALUES('2b9dfcfd797a1f86e034de1eb73882cc','2026-11-28 12:00:00.000000','i392ab009728e1922');
INSERT INTO "item_keys" VALUES('347ab91659d2a1710820ee5fe94de760','2026-11-28 12:00:00.000000','ic62637b46a568a28');
INSERT INTO "item_keys" VALUES('34f9531c8fa8630f8408b8baa4973310','2026-11-28 12:00:00.000000','i4634eaf20629779d');
INSERT INTO "item_keys" VALUES('370f4180868bc58b8ecf44ff21baf1de','2026-11-28 12:00:00.000000','i94d9dbee6a9ebbd8');
INSERT INTO "item_keys" VALUES('394937facd260e17b1fe6e8ff515491b','2026-11-28 12:00:00.000000','ic08eaf992e2e10c0');
INSERT INTO "item_keys" VALUES('3d83791c04f70b4a4e41b3ab1dcd4383','2026-11-28 12:00:00.000000','i4634eaf20629779d');
INSERT INTO "item_keys" VALUES('3f0e7956dfc7094b6165db8cafbc8874','2026-11-28 12:00:00.000000','id1187071dccfa9e7');
INSERT INTO "item_keys" VALUES('422a9dee2757c22fc2ee6de13882bc33','2026-11-28 12:00:00.000000','i3ffc11c4cabf553a');
INSERT INTO "item_keys" VALUES('429416b960bfc54021bade277a658b58','2026-11-28 12:00:00.000000','i9ce3ccdb703dcdc8');
INSERT INTO "item_keys" VALUES('42f3cc1d52fb9b3b6cc6af90b52cde36','2026-11-28 12:00:00.000000','i0db32b0792e82bd5');
INSERT INTO "item_keys" VALUES('43e5eec3367b723756eea79bc14e68aa','2026-11-28 12:00:00.000000','ia4d5b24d3f0902d9');
INSERT INTO "item_keys" VALUES('44ae341f817a919e49cee70326d83058','2026-11-28 12:00:00.000000','i392ab009728e1922');
INSERT INTO "item_keys" VALUES('45fccd049f2fc3e2f20b68fd0dcac39d','2026-11-28 12:00:00.000000','i48d3a3e75d5ac917');
INSERT INTO "item_keys" VALUES('46358ac4e4f1275c8f4a43e101d74f7a','2026-11-28 12:00:00.000000','ic08eaf992e2e10c0');
INSERT INTO "item_keys" VALUES('496c7f9e7b2aa232c6ef6540766b6f63','2026-11-28 12:00:00.000000','i8f736ce692bbb335');
INSERT INTO "item_keys" VALUES('4a7ecf94cd752e8f958f84ea934f0674','2026-11-28 12:00:00.000000','i0db32b0792e82bd5');
INSERT INTO "item_keys" VALUES('50a93a1a49d6c881d50af908c212fa50','2026-11-28 12:00:00.000000','i4ad97667b587c9a9');
INSERT INTO "item_keys" VALUES('5490e808cb07d0b077b2714e66124f0d','2026-11-28 12:00:00.000000','i05fd2655e7cdb733');
INSERT INTO "item_keys" VALUES('57192d2db87ceccd010ffb3524d16f99','2026-11-28 12:00:00.000000','i5023514ec3e5e3a0');
INSERT INTO "item_keys" VALUES('5842e88771f7e8d2c6e578a9b390eb34','2026-11-28 12:00:00.000000','i8f736ce692bbb335');
INSERT INTO "item_keys" VALUES('5896d04cffb2a5584b6ac9d0eab03209','2026-11-28 12:00:00.000000','i5df98a5f1a6c336c');
INSERT INTO "item_keys" VALUES('5b94c99cd06358405178c16d7cdb3e52','2026-11-28 12:00:00.000000','i5023514ec3e5e3a0');
INSERT INTO "item_keys" VALUES('62394d6c1134f7901d1c47f5429d2c6b','2026-11-28 12:00:00.000000','i3ffc11c4cabf553a');
INSERT INTO "item_keys" VALUES('635d602c4a3b46bed803d3a1f16c852b','2026-11-28 12:00:00.000000','i76860efa8c33be61');
INSERT INTO "item_keys" VALUES('63b18fb2cf1f5246fd81636273b78863','2026-11-28 12:00:00.000000','i9ce3ccdb703dcdc8');
INSERT INTO "item_keys" VALUES('69be582fcf6a253946c9b06cd2b1d721','2026-11-28 12:00:00.000000','i0db32b0792e82bd5');
INSERT INTO "item_keys" VALUES('69f87baf914a6a4cc4c53ffff73955b7','2026-11-28 12:00:00.000000','i9cecd6162235f5a8');
INSERT INTO "item_keys" VALUES('6b825aafe36cef353ff7867a3fd57913','2026-11-28 12:00:00.000000','i1f10433e292eb370');
INSERT INTO "item_keys" VALUES('6ca8046d7622c2da159b89a057d5e1c3','2026-11-28 12:00:00.000000','i9ce3ccdb703dcdc8');
INSERT INTO "item_keys" VALUES('713a584a1106e9f48ea6c616e80a55aa','2026-11-28 12:00:00.000000','i4634eaf20629779d');
INSERT INTO "item_keys" VALUES('72460fd87bd41950a735a64f82adab2c','2026-11-28 12:00:00.000000','i05fd2655e7cdb733');
INSERT INTO "item_keys" VALUES('76410832499b80eb8d4463185c37dfc6','2026-11-28 12:00:00.000000','i48d3a3e75d5ac917');
INSERT INTO "item_keys" VALUES('77fb75254f4a397e82cdf0874119c895','2026-11-28 12:00:00.000000','i76860efa8c33be61');
INSERT INTO "item_keys" VALUES('7e4f3f1af57d8e2757f8a42cfec8d217','2026-11-28 12:00:00.000000','i8f736ce692bbb335');
INSERT INTO "item_keys" VALUES('7f2f86798da17532fff21e854cd9cc09','2026-11-28 12:00:00.000000','i4634eaf20629779d');
INSERT INTO "item_keys" VALUES('7f2fd8522830a436aee6941648f12d89','2026-11-28 12:00:00.000000','i3ffc11c4cabf553a');
INSERT INTO "item_keys" VALUES('82ae76ec161fd1f6e6a04e5704a4b7cd','2026-11-28 12:00:00.000000','i8aa54c4daac8439b');
INSERT INTO "item_keys" VALUES('86969549f4e60ad3c5e8c8e2add32047','2026-11-28 12:00:00.000000','ic08eaf992e2e10c0');
INSERT INTO "item_keys" VALUES('87f8669ac0c814ea34ca64e5425ed23b','2026-11-28 12:00:00.000000','i8aa54c4daac8439b');
INSERT INTO "item_keys" VALUES('89d3c98c05be8967f4760312e0c54458','2026-11-28 12:00:00.000000','i9cecd6162235f5a8');
INSERT INTO "item_keys" VALUES('89fb3f2a17d16ca3f4a334cd398dc0f9','2026-11-28 12:00:00.000000','i1f10433e292eb370');
INSERT INTO "item_keys" VALUES('8a34f7beb50d1cfa61ecf5b9072a1cb4','2026-11-28 12:00:00.000000','i48d3a3e75d5ac917');
INSERT INTO "item_keys" VALUES('8ad70d5bc1c443562f89529f9cba7162','2026-11-28 12:00:00.000000','ia4d5b24d3f0902d9');
INSERT INTO "item_keys" VALUES('8b9a44e36435e4b849ea2217f9f73b39','2026-11-28 12:00:00.000000','ia2a1a0c75706834c');
INSERT INTO "item_keys" VALUES('9593e3a1ef36e32bf11e924c0b074b3b','2026-11-28 12:00:00.000000','ia2a1a0c75706834c');
INSERT INTO "item_keys" VALUES('9bfb091c7a54acfe12ca4b06bcfeeee0','2026-11-28 12:00:00.000000','i8aa54c4daac8439b');
INSERT INTO "item_keys" VALUES('9c8e0708b938a29ca3121e0f625ad9c8','2026-11-28 12:00:00.000000','i4634eaf20629779d');
INSERT INTO "item_keys" VALUES('9dda0e18d47a53bfc422ad7cbf10e8fb','2026-11-28 12:00:00.000000','ia2a1a0c75706834c');
INSERT INTO "item_keys" VALUES('a05089e0d1364e346bfc0bb693285ac1','2026-11-28 12:00:00.000000','ic08eaf992e2e10c0');
INSERT INTO "item_keys" VALUES('a0eb2e500509cd1dfd41818f58a54f25','2026-11-28 12:00:00.000000','i8aa54c4daac8439b');
INSERT INTO "item_keys" VALUES('a1479c975e693207621ad441fdd3420b','2026-11-28 12:00:00.000000','i392ab009728e1922');
INSERT INTO "item_keys" VALUES('a4a0dd99ab7a17d7b1b9ee5a6c59f84d','2026-11-28 12:00:00.000000','i94d9dbee6a9ebbd8');
INSERT INTO "item_keys" VALUES('af83fa7f44370ef52419428e49444600','2026-11-28 12:00:00.000000','ia2a1a0c75706834c');
INSERT INTO "item_keys" VALUES('b03008269fd04a406b8e97ca8bb56d2c','2026-11-28 12:00:00.000000','i4ad97667b587c9a9');
INSERT INTO "item_keys" VALUES('b0c17acdb24e54d48b2a220cbea5484b','2026-11-28 12:00:00.000000','i1f10433e292eb370');
INSERT INTO "item_keys" VALUES('b0ed38f2d5da6cede4c6327b763665c8','2026-11-28 12:00:00.000000','i3ffc11c4cabf553a');
INSERT INTO "item_keys" VALUES('b143279a385103017f023d7ead7693b6','2026-11-28 12:00:00.000000','i05fd2655e7cdb733');
INSERT INTO "item_keys" VALUES('b19fa79db4eb8dd03f0e824332c91a06','2026-11-28 12:00:00.000000','i1c1679e688f066e1');
INSERT INTO "item_keys" VALUES('b471ad7b25e508d40e92ef1efb19490d','2026-11-28 12:00:00.000000','i9cecd6162235f5a8');
INSERT INTO "item_keys" VALUES('b48e22a45747afbf5621370af3aecad1','2026-11-28 12:00:00.000000','ia4d5b24d3f0902d9');
INSERT INTO "item_keys" VALUES('b4aee740520442d523164511fe4d3e06','2026-11-28 12:00:00.000000','id1187071dccfa9e7');
INSERT INTO "item_keys" VALUES('b9696d751e5f5bf4b15a06f513b73232','2026-11-28 12:00:00.000000','if2e3dcad6e92d3d2');
INSERT INTO "item_keys" VALUES('bc3422ace68e75770a1ccebeac7cfee4','2026-11-28 12:00:00.000000','i1c1679e688f066e1');
INSERT INTO "item_keys" VALUES('c0613a2b2f5460fbd637e5e242516e43','2026-11-28 12:00:00.000000','i05fd2655e7cdb733');
INSERT INTO "item_keys" VALUES('c0ae8833a1bb5b2224cd0e435f51d695','2026-11-28 12:00:00.000000','i5023514ec3e5e3a0');
INSERT INTO "item_keys" VALUES('c34c18d8e1f682d90dbb7b3f74a83276','2026-11-28 12:00:00.000000','i9ce3ccdb703dcdc8');
INSERT INTO "item_keys" VALUES('d02249355382ab112dd0e1338bb7087c','2026-11-28 12:00:00.000000','i48d3a3e75d5ac917');
INSERT INTO "item_keys" VALUES('d1c2e8d2c13530168f4f157a20a38c02','2026-11-28 12:00:00.000000','ic62637b46a568a28');
INSERT INTO "item_keys" VALUES('d4cfcd47e1004b9c3280c057c0a9a52b','2026-11-28 12:00:00.000000','i8f736ce692bbb335');
INSERT INTO "item_keys" VALUES('d51203ee548eaaa0b5e90072e1d68389','2026-11-28 12:00:00.000000','i1c1679e688f066e1');
INSERT INTO "item_keys" VALUES('d8377cd9c40ebcd0f8115b53178de135','2026-11-28 12:00:00.000000','i76860efa8c33be61');
INSERT INTO "item_keys" VALUES('dc33fcd22a4f6bf632234d2ef607f6cb','2026-11-28 12:00:00.000000','i9cecd6162235f5a8');
INSERT INTO "item_keys" VALUES('df9d590f659dffbe636049435245a4f2','2026-11-28 12:00:00.000000','i0db32b0792e82bd5');
INSERT INTO "item_keys" VALUES('e3140253ba04c13aa23458d16f662159','2026-11-28 12:00:00.000000','i392ab009728e1922');
INSERT INTO "item_keys" VALUES('e34bb8770a5fc354b471ba2033f55aa8','2026-11-28 12:00:00.000000','ia2a1a0c75706834c');
INSERT INTO "item_keys" VALUES('e59182b8248eecf4a020f97c675f7a66','2026-11-28 12:00:00.000000','i4ad97667b587c9a9');
INSERT INTO "item_keys" VALUES('e72027a6e2fa77bfe50b54e054f40cfb','2026-11-28 12:00:00.000000','i9759faee8c512b76');
INSERT INTO "item_keys" VALUES('e89b62fd15047bfc4d0b557ee09c6166','2026-11-28 12:00:00.000000','i76860efa8c33be61');
INSERT INTO "item_keys" VALUES('e8c68576bcefd43cd1df9182ca3e890b','2026-11-28 12:00:00.000000','ia4d5b24d3f0902d9');
INSERT INTO "item_keys" VALUES('eba4990f1bb9c2ca7cfef01b91ae8b23','2026-11-28 12:00:00.000000','ia4d5b24d3f0902d9');
INSERT INTO "item_keys" VALUES('eba8994cb4ed20bbeb0963687b562c16','2026-11-28 12:00:00.000000','i94d9dbee6a9ebbd8');
INSERT INTO "item_keys" VALUES('ee4b7c4cc19e40c1d898821ce919dcfd','2026-11-28 12:00:00.000000','if2e3dcad6e92d3d2');
INSERT INTO "item_keys" VALUES('f2490795c9d8b60217f7fc94ea9c4ac0','2026-11-28 12:00:00.000000','i76860efa8c33be61');
INSERT INTO "item_keys" VALUES('f2c1d0c18f21c5026a87dfcb2c203afa','2026-11-28 12:00:00.000000','i5023514ec3e5e3a0');
INSERT INTO "item_keys" VALUES('f383e560f03ed935cbb1d90e345160d4','2026-11-28 12:00:00.000000','i9759faee8c512b76');
INSERT INTO "item_keys" VALUES('fbd9e78526405a0c80bea32b44b12bcc','2026-11-28 12:00:00.000000','i9759faee8c512b76');
INSERT INTO "item_keys" VALUES('ff4ed4c790ac1d08bdd8763a196b026f','2026-11-28 12:00:00.000000','i48d3a3e75d5ac917');
INSERT INTO "item_keys" VALUES('ffefcb140089544401596e63980e7081','2026-11-28 12:00:00.000000','i5df98a5f1a6c336c');
CREATE TABLE items (
	id VARCHAR NOT NULL, 
	feed_id VARCHAR NOT NULL, 
	family VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	guid VARCHAR NOT NULL, 
	link VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	title_key VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	language VARCHAR, 
	published DATETIME, 
	first_seen_at DATETIME NOT NULL, 
	revision INTEGER NOT NULL, text_key VARCHAR DEFAULT '' NOT NULL, last_seen_at DATETIME, 
	CONSTRAINT pk_items PRIMARY KEY (id)
);
INSERT INTO "items" VALUES('i4ad97667b587c9a9','meridian-wire','meridian-wire','wire','Meridian Wire','mw-5','https://meridian-wire.example/mw-5','https://meridian-wire.example/mw-5','Late strike sends Harbour City into the cup final','late strike sends harbour city into the cup final','1:761c687048736fe676f8025d70d32893','en','2026-11-28 09:00:00.000000','2026-11-28 12:00:00.000000',1,'cabba85adc3a06c94fb8d599b0631cd4','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i9ce3ccdb703dcdc8','meridian-wire','meridian-wire','wire','Meridian Wire','mw-4','https://meridian-wire.example/mw-4','https://meridian-wire.example/mw-4','Airline staff call off strike after pay deal','airline staff call off strike after pay deal','1:af2712de2bb90572da37bb114f5b2f0c','en','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i76860efa8c33be61','meridian-wire','meridian-wire','wire','Meridian Wire','mw-3','https://meridian-wire.example/mw-3','https://meridian-wire.example/mw-3','Hurricane strikes the coast, thousands without power','hurricane strikes the coast thousands without power','1:13b53ac8d0c19d803ff322c22c204f49','en','2026-11-28 10:50:00.000000','2026-11-28 12:00:00.000000',1,'d2e1b58fa35da55399354e838b2b71ae','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i392ab009728e1922','meridian-wire','meridian-wire','wire','Meridian Wire','mw-2','https://meridian-wire.example/mw-2','https://meridian-wire.example/mw-2','Central bank keeps its rate unchanged for a third time','central bank keeps its rate unchanged for a third time','1:e3eddb82f11e38eb54222d190811e152','en','2026-11-28 11:10:00.000000','2026-11-28 12:00:00.000000',1,'6d0c52fed4bfb52a8be7aaf0a21ac482','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('id1187071dccfa9e7','meridian-wire','meridian-wire','wire','Meridian Wire','mw-1','https://meridian-wire.example/mw-1','https://meridian-wire.example/mw-1','Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says','air raids with cluster munitions killed at least 200 civilians in syria rights group says','1:efefe62680997dec8d58ba32184c8f4a','en','2026-11-28 11:46:00.000000','2026-11-28 12:00:00.000000',1,'850bfebc89c689a2e07fbdc209201f66','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i9cecd6162235f5a8','harbour-post','harbour-post','outlet','The Harbour Post','hp-5','https://harbour-post.example/hp-5','https://harbour-post.example/hp-5','Market vendors say the new stalls are too small','market vendors say the new stalls are too small','1:4728f73bf762e3e1e59607a2f42540c7','en','2026-11-28 08:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('ic62637b46a568a28','harbour-post','harbour-post','outlet','The Harbour Post','hp-4','https://harbour-post.example/hp-4','https://harbour-post.example/hp-4','Council approves cycle lanes along the river','council approves cycle lanes along the river','1:105708d9feb79b8b965fd741445727b4','en','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i5023514ec3e5e3a0','harbour-post','harbour-post','outlet','The Harbour Post','hp-3','https://harbour-post.example/hp-3','https://harbour-post.example/hp-3','Review: the new Steel Front video game lets you drop cluster bombs on cities','review the new steel front video game lets you drop cluster bombs on cities','1:ed19fe37ac14de7e1e690e76ca60029e','en','2026-11-28 10:30:00.000000','2026-11-28 12:00:00.000000',1,'3eb9a2ccc481fe15750885ffa9a97b5b','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i4634eaf20629779d','harbour-post','harbour-post','outlet','The Harbour Post','hp-2','https://harbour-post.example/hp-2','https://harbour-post.example/hp-2','New trial offers hope to patients with cluster headaches','new trial offers hope to patients with cluster headaches','1:fa909776ac840479085ae57ec145b181','en','2026-11-28 11:20:00.000000','2026-11-28 12:00:00.000000',1,'25c60e1d5cf4c18ef7d00cec176a0090','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i05fd2655e7cdb733','harbour-post','harbour-post','outlet','The Harbour Post','hp-1','https://harbour-post.example/hp-1','https://harbour-post.example/hp-1','Syria raids: study counts the dead of six attacks','syria raids study counts the dead of six attacks','1:2e10415dc09557e0a82cd69d005efaad','en','2026-11-28 11:51:00.000000','2026-11-28 12:00:00.000000',1,'79b5edccdb0734222944554db04853ae','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i94d9dbee6a9ebbd8','fieldwatch','fieldwatch','ngo','Fieldwatch','fw-3','https://fieldwatch.example/fw-3','https://fieldwatch.example/fw-3','Annual report: what your donations did','annual report what your donations did','1:e08c016e2994f4f71e9e929a5b3a3d7c','en','2026-11-25 12:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i3ffc11c4cabf553a','fieldwatch','fieldwatch','ngo','Fieldwatch','fw-2','https://fieldwatch.example/fw-2','https://fieldwatch.example/fw-2','We are hiring: researcher for satellite imagery','we are hiring researcher for satellite imagery','1:1c3358fae61fa78e322d9c87ed58458c','en','2026-11-27 12:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i48d3a3e75d5ac917','fieldwatch','fieldwatch','ngo','Fieldwatch','fw-1','https://fieldwatch.example/fw-1','https://fieldwatch.example/fw-1','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','syria 200 civilians killed by cluster munitions in homs idlib and aleppo','1:3211195f45e27b21ceccd4c67de26e58','en','2026-11-28 11:44:00.000000','2026-11-28 12:00:00.000000',1,'ab8f59bbbe8d5d523a9c6b58f14db7a2','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i0db32b0792e82bd5','open-evidence','open-evidence','ngo','Open Evidence','oe-2','https://open-evidence.example/oe-2','https://open-evidence.example/oe-2','How we verify videos: a guide for newsrooms','how we verify videos a guide for newsrooms','1:83865f8b02494fbd85a559546c2fc558','en','2026-11-28 07:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i8f736ce692bbb335','quai-info','quai-info','outlet','Quai Info','qi-4','https://quai-info.example/qi-4','https://quai-info.example/qi-4','Une cyberattaque paralyse la mairie','une cyberattaque paralyse la mairie','1:09c4d3ac20bad472b1bb1691fdc062d2','fr','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i5df98a5f1a6c336c','quai-info','quai-info','outlet','Quai Info','qi-3','https://quai-info.example/qi-3','https://quai-info.example/qi-3','Football : l''attaque de Port-Royal reste muette','football l attaque de port royal reste muette','1:0f4d909e3e82341da3710b2ac5d98d3e','fr','2026-11-28 11:05:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i8aa54c4daac8439b','quai-info','quai-info','outlet','Quai Info','qi-2','https://quai-info.example/qi-2','https://quai-info.example/qi-2','Le festival fait l''effet d''une bombe dans la petite ville','le festival fait l effet d une bombe dans la petite ville','1:465127e37d518eaf5ced5e5ad37be557','fr','2026-11-28 11:30:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i1c1679e688f066e1','quai-info','quai-info','outlet','Quai Info','qi-1','https://quai-info.example/qi-1','https://quai-info.example/qi-1','Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','syrie des bombes a sous munitions ont tue au moins 200 civils selon une ong','1:ab15ce52bcaea39ab263eb2f12ddd499','fr','2026-11-28 11:52:00.000000','2026-11-28 12:00:00.000000',1,'8d2c28883fd6fca4262e35d9fbe94c7a','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('if2e3dcad6e92d3d2','qalam','qalam','outlet','القلم','qa-2','https://qalam.example/qa-2','https://qalam.example/qa-2','شركة الاتصالات توسع شبكتها العنقودية في المدن','شركة الاتصالات توسع شبكتها العنقودية في المدن','1:c84550d1c828b7b6fd34972521b12bdf','ar','2026-11-28 11:15:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('ia4d5b24d3f0902d9','qalam','qalam','outlet','القلم','qa-1','https://qalam.example/qa-1','https://qalam.example/qa-1','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','منظمة حقوقية القنابل العنقودية قتلت 200 مدني في حمص وادلب وحلب','1:43a8d098ab1bd277c906d197c6c54e79','ar','2026-11-28 11:54:00.000000','2026-11-28 12:00:00.000000',1,'866ba8e1b1e36000efc1dfa936da7a49','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i9759faee8c512b76','vestnik-severa','vestnik-severa','wire','Вестник Севера','vs-2','https://vestnik-severa.example/vs-2','https://vestnik-severa.example/vs-2','Удар мороза: на севере похолодает до минус сорока','удар мороза на севере похолодает до минус сорока','1:5d6f7941693f29dbca4e6f1e4029f0d5','ru','2026-11-28 11:25:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('ic08eaf992e2e10c0','dnipro-news','dnipro-news','outlet','Дніпровські вісті','dn-2','https://dnipro-news.example/dn-2','https://dnipro-news.example/dn-2','У Дніпрі відкрили новий парк','у дніпрі відкрили новии парк','1:2bf8da2774f2c219ad657b87ed59c87c','uk','2026-11-28 11:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('ia2a1a0c75706834c','dnipro-news','dnipro-news','outlet','Дніпровські вісті','dn-1','https://dnipro-news.example/dn-1','https://dnipro-news.example/dn-1','Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії','правозахисники касетні боєприпаси вбили щонаименше 200 цивільних у сиріі','1:ab33055bad332293517be9c35c89c9ef','uk','2026-11-28 11:55:00.000000','2026-11-28 12:00:00.000000',1,'3640a61147b75fd206932865a04988ad','2026-11-28 12:00:00.000000');
INSERT INTO "items" VALUES('i1f10433e292eb370','council-press','council-press','official','Press office of the Council','cp-2','https://council-press.example/cp-2','https://council-press.example/cp-2','Agenda of the meetings next week','agenda of the meetings next week','1:e2714bc327cdd4c3ad409fe183a9fcac','en','2026-11-28 06:00:00.000000','2026-11-28 12:00:00.000000',1,'','2026-11-28 12:00:00.000000');
CREATE TABLE matches (
	item_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	rule_title VARCHAR NOT NULL, 
	rule_hash VARCHAR NOT NULL, 
	engine VARCHAR NOT NULL, 
	way VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	send_to VARCHAR NOT NULL, 
	live BOOLEAN NOT NULL, 
	evidence VARCHAR, 
	confidence DOUBLE, 
	sure BOOLEAN NOT NULL, 
	unsure VARCHAR NOT NULL, 
	reasons VARCHAR NOT NULL, 
	opinion VARCHAR NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (item_id, revision, position), 
	CONSTRAINT fk_matches_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
);
INSERT INTO "matches" VALUES('id1187071dccfa9e7',1,0,'civilian-strikes','Strikes that hit civilians or protected places','730c50','1','civilians harmed',3,'[]',1,'[{"field":"title","start":0,"end":9,"text":"Air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"title","start":33,"end":39,"text":"killed","term":"kill","how":"inflected","group":"harm"},{"field":"title","start":53,"end":62,"text":"civilians","term":"civilian","how":"inflected","group":"civilians"}]',0.992,1,'mark','["+civilians","-group","-to","+rights","+least"]','7eb9fb');
INSERT INTO "matches" VALUES('id1187071dccfa9e7',1,1,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','casualties',4,'[]',1,'[{"field":"title","start":15,"end":32,"text":"cluster munitions","term":"cluster munition","how":"inflected","group":"weapon"},{"field":"title","start":33,"end":39,"text":"killed","term":"kill","how":"inflected","group":"harm"}]',NULL,1,'mark','[]','');
INSERT INTO "matches" VALUES('id1187071dccfa9e7',1,2,'official-reactions','Governments and intergovernmental bodies react to attacks','372b49','1','no comment',2,'[]',1,'[{"field":"title","start":0,"end":9,"text":"Air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":269,"end":285,"text":"defence ministry","term":"defence ministry","how":"same","group":"official"},{"field":"summary","start":286,"end":305,"text":"declined to comment","term":"decline to comment","how":"inflected","group":"no_comment"}]',0.978,1,'mark','["+civilians","+foreign","+cluster","+it","-in"]','f8b0d3');
INSERT INTO "matches" VALUES('i05fd2655e7cdb733',1,0,'civilian-strikes','Strikes that hit civilians or protected places','730c50','1','civilians harmed',3,'[]',1,'[{"field":"summary","start":31,"end":40,"text":"air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":64,"end":70,"text":"killed","term":"kill","how":"inflected","group":"harm"},{"field":"summary","start":84,"end":93,"text":"civilians","term":"civilian","how":"inflected","group":"civilians"}]',0.997,1,'mark','["+civilians","-group","-to","+rights","+least"]','7eb9fb');
INSERT INTO "matches" VALUES('i05fd2655e7cdb733',1,1,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','casualties',4,'[]',1,'[{"field":"summary","start":46,"end":63,"text":"cluster munitions","term":"cluster munition","how":"inflected","group":"weapon"},{"field":"summary","start":64,"end":70,"text":"killed","term":"kill","how":"inflected","group":"harm"}]',NULL,1,'mark','[]','');
INSERT INTO "matches" VALUES('i05fd2655e7cdb733',1,2,'official-reactions','Governments and intergovernmental bodies react to attacks','372b49','1','no comment',2,'[]',1,'[{"field":"summary","start":31,"end":40,"text":"air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":296,"end":312,"text":"defence ministry","term":"defence ministry","how":"same","group":"official"},{"field":"summary","start":313,"end":332,"text":"declined to comment","term":"decline to comment","how":"inflected","group":"no_comment"}]',0.931,1,'mark','["+civilians","+foreign","+cluster","+it","-in"]','f8b0d3');
INSERT INTO "matches" VALUES('i48d3a3e75d5ac917',1,0,'civilian-strikes','Strikes that hit civilians or protected places','730c50','1','civilians harmed',3,'[]',1,'[{"field":"summary","start":24,"end":33,"text":"air raids","term":"air raid","how":"inflected","group":"attack"},{"field":"summary","start":111,"end":120,"text":"civilians","term":"civilian","how":"inflected","group":"civilians"},{"field":"summary","start":126,"end":132,"text":"killed","term":"kill","how":"inflected","group":"harm"}]',0.998,1,'mark','["+civilians","+least","-and","-a","-markets"]','7eb9fb');
INSERT INTO "matches" VALUES('i48d3a3e75d5ac917',1,1,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','casualties',4,'[]',1,'[{"field":"title","start":21,"end":27,"text":"killed","term":"kill","how":"inflected","group":"harm"},{"field":"title","start":31,"end":48,"text":"cluster munitions","term":"cluster munition","how":"inflected","group":"weapon"}]',NULL,1,'mark','[]','');
INSERT INTO "matches" VALUES('i1c1679e688f066e1',1,0,'civilian-strikes','Strikes that hit civilians or protected places','730c50','1','deadly weapon',3,'[]',1,'[{"field":"title","start":12,"end":18,"text":"bombes","term":"bombe","how":"inflected","group":"weapon"},{"field":"title","start":40,"end":43,"text":"tué","term":"=tue","how":"same","group":"harm"}]',0.988,1,'mark','["+civils","+ministère","-à","+bombes","+frappes"]','7eb9fb');
INSERT INTO "matches" VALUES('i1c1679e688f066e1',1,1,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','casualties',4,'[]',1,'[{"field":"title","start":12,"end":35,"text":"bombes à sous-munitions","term":"bombe à sous-munitions","how":"inflected","group":"weapon"},{"field":"title","start":40,"end":43,"text":"tué","term":"=tue","how":"same","group":"harm"}]',NULL,1,'mark','[]','');
INSERT INTO "matches" VALUES('i1c1679e688f066e1',1,2,'official-reactions','Governments and intergovernmental bodies react to attacks','372b49','1','no comment',2,'[]',1,'[{"field":"summary","start":29,"end":46,"text":"frappes aériennes","term":"frappe aérienne","how":"inflected","group":"attack"},{"field":"summary","start":73,"end":82,"text":"ministère","term":"ministère","how":"same","group":"official"},{"field":"summary","start":97,"end":116,"text":"refuse de commenter","term":"refuse .. commenter","how":"same","group":"no_comment"}]',0.955,1,'mark','["+civils","-selon","+refuse","-à","+moins"]','f8b0d3');
INSERT INTO "matches" VALUES('ia4d5b24d3f0902d9',1,0,'civilian-strikes','Strikes that hit civilians or protected places','730c50','1','civilians harmed',3,'[]',1,'[{"field":"summary","start":26,"end":31,"text":"غارات","term":"غارة","how":"inflected","group":"attack"},{"field":"summary","start":56,"end":60,"text":"قتلت","term":"قتلت","how":"same","group":"harm"},{"field":"summary","start":65,"end":69,"text":"مدني","term":"=مدني","how":"same","group":"civilians"}]',0.976,1,'mark','["-إن","-جوية","+منظمة","+على","-في"]','7eb9fb');
INSERT INTO "matches" VALUES('ia4d5b24d3f0902d9',1,1,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','use',3,'[]',1,'[{"field":"summary","start":26,"end":31,"text":"غارات","term":"غارة","how":"inflected","group":"use"},{"field":"summary","start":37,"end":55,"text":"بالذخائر العنقودية","term":"ذخائر عنقودية","how":"inflected","group":"weapon"}]',NULL,1,'mark','[]','');
INSERT INTO "matches" VALUES('ia2a1a0c75706834c',1,0,'cluster-munitions','Cluster munitions - any mention of the weapon','0445b4','1','any mention',3,'[]',1,'[{"field":"title","start":16,"end":34,"text":"касетні боєприпаси","term":"касетн* боєприпас","how":"inflected","group":"weapon"}]',NULL,1,'mark','[]','');
CREATE TABLE muted_items (
	mute_id VARCHAR NOT NULL, 
	item_id VARCHAR NOT NULL, 
	CONSTRAINT pk_muted_items PRIMARY KEY (mute_id, item_id), 
	CONSTRAINT fk_muted_items_mute_id_mutes FOREIGN KEY(mute_id) REFERENCES mutes (id)
)
 WITHOUT ROWID

;
CREATE TABLE mutes (
	id VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	words VARCHAR NOT NULL, 
	route VARCHAR NOT NULL, 
	delivery_id VARCHAR NOT NULL, 
	user_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	began_at DATETIME NOT NULL, 
	until DATETIME NOT NULL, 
	ended_at DATETIME, 
	ended_by_id VARCHAR, 
	ended_by_name VARCHAR, 
	CONSTRAINT pk_mutes PRIMARY KEY (id), 
	CONSTRAINT fk_mutes_delivery_id_deliveries FOREIGN KEY(delivery_id) REFERENCES deliveries (id)
);
CREATE TABLE ratings (
	id INTEGER NOT NULL, 
	item_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	rule VARCHAR, 
	relevant BOOLEAN NOT NULL, 
	reason VARCHAR NOT NULL, 
	"by" VARCHAR NOT NULL, 
	at DATETIME NOT NULL, cause VARCHAR, word VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_ratings PRIMARY KEY (id), 
	CONSTRAINT fk_ratings_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
);
INSERT INTO "ratings" VALUES(1,'i48d3a3e75d5ac917',1,NULL,1,'as seen','Ann','2026-11-28 12:00:00.000000',NULL,'');
CREATE TABLE revisions (
	item_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	summary VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	content_hash VARCHAR NOT NULL, 
	published DATETIME, 
	seen_at DATETIME NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_revisions PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_revisions_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
);
INSERT INTO "revisions" VALUES('i4ad97667b587c9a9',1,'Late strike sends Harbour City into the cup final','A header in the 88th minute settled the match.','','1:761c687048736fe676f8025d70d32893','2026-11-28 09:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i9ce3ccdb703dcdc8',1,'Airline staff call off strike after pay deal','Flights return to normal from Thursday.','','1:af2712de2bb90572da37bb114f5b2f0c','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i76860efa8c33be61',1,'Hurricane strikes the coast, thousands without power','The storm made landfall at dawn and moves north.','','1:13b53ac8d0c19d803ff322c22c204f49','2026-11-28 10:50:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i392ab009728e1922',1,'Central bank keeps its rate unchanged for a third time','Analysts had expected the pause; growth remains weak.','','1:e3eddb82f11e38eb54222d190811e152','2026-11-28 11:10:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('id1187071dccfa9e7',1,'Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says','Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday.
Last week another group, Open Evidence, had counted at least 20 uses of the banned weapon. The defence ministry declined to comment; the foreign ministry said it would first study the report.','','1:efefe62680997dec8d58ba32184c8f4a','2026-11-28 11:46:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i9cecd6162235f5a8',1,'Market vendors say the new stalls are too small','The town hall promises to measure again.','','1:4728f73bf762e3e1e59607a2f42540c7','2026-11-28 08:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('ic62637b46a568a28',1,'Council approves cycle lanes along the river','Work begins in spring.','','1:105708d9feb79b8b965fd741445727b4','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i5023514ec3e5e3a0',1,'Review: the new Steel Front video game lets you drop cluster bombs on cities','The gameplay is loud, the patch notes are long.','','1:ed19fe37ac14de7e1e690e76ca60029e','2026-11-28 10:30:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i4634eaf20629779d',1,'New trial offers hope to patients with cluster headaches','A tablet halved the number of attacks in the study.','','1:fa909776ac840479085ae57ec145b181','2026-11-28 11:20:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i05fd2655e7cdb733',1,'Syria raids: study counts the dead of six attacks','DAMASCUS (Meridian Wire) - Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday. Last week another group, Open Evidence, had counted at least 20 uses of the banned weapon. The defence ministry declined to comment; the foreign ministry said it would first study the report.','','1:2e10415dc09557e0a82cd69d005efaad','2026-11-28 11:51:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i94d9dbee6a9ebbd8',1,'Annual report: what your donations did','Thank you to 14,000 supporters.','','1:e08c016e2994f4f71e9e929a5b3a3d7c','2026-11-25 12:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i3ffc11c4cabf553a',1,'We are hiring: researcher for satellite imagery','Apply by the end of the month.','','1:1c3358fae61fa78e322d9c87ed58458c','2026-11-27 12:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i48d3a3e75d5ac917',1,'Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Our study documents six air raids with cluster munitions on markets, a camp and a school in which at least 200 civilians were killed.','','1:3211195f45e27b21ceccd4c67de26e58','2026-11-28 11:44:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i0db32b0792e82bd5',1,'How we verify videos: a guide for newsrooms','From shadows to street signs.','','1:83865f8b02494fbd85a559546c2fc558','2026-11-28 07:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i8f736ce692bbb335',1,'Une cyberattaque paralyse la mairie','Les services en ligne sont suspendus.','','1:09c4d3ac20bad472b1bb1691fdc062d2','2026-11-28 10:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i5df98a5f1a6c336c',1,'Football : l''attaque de Port-Royal reste muette','Troisième match sans but.','','1:0f4d909e3e82341da3710b2ac5d98d3e','2026-11-28 11:05:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i8aa54c4daac8439b',1,'Le festival fait l''effet d''une bombe dans la petite ville','Dix mille visiteurs en un week-end.','','1:465127e37d518eaf5ced5e5ad37be557','2026-11-28 11:30:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i1c1679e688f066e1',1,'Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep. Le ministère de la défense refuse de commenter.','','1:ab15ce52bcaea39ab263eb2f12ddd499','2026-11-28 11:52:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('if2e3dcad6e92d3d2',1,'شركة الاتصالات توسع شبكتها العنقودية في المدن','الخدمة الجديدة تبدأ الشهر المقبل.','','1:c84550d1c828b7b6fd34972521b12bdf','2026-11-28 11:15:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('ia4d5b24d3f0902d9',1,'منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل.','','1:43a8d098ab1bd277c906d197c6c54e79','2026-11-28 11:54:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i9759faee8c512b76',1,'Удар мороза: на севере похолодает до минус сорока','Синоптики советуют не выходить из дома.','','1:5d6f7941693f29dbca4e6f1e4029f0d5','2026-11-28 11:25:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('ic08eaf992e2e10c0',1,'У Дніпрі відкрили новий парк','Висадили триста дерев.','','1:2bf8da2774f2c219ad657b87ed59c87c','2026-11-28 11:00:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('ia2a1a0c75706834c',1,'Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії','Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch.','','1:ab33055bad332293517be9c35c89c9ef','2026-11-28 11:55:00.000000','2026-11-28 12:00:00.000000','never seen');
INSERT INTO "revisions" VALUES('i1f10433e292eb370',1,'Agenda of the meetings next week','Monday: fisheries. Tuesday: budget.','','1:e2714bc327cdd4c3ad409fe183a9fcac','2026-11-28 06:00:00.000000','2026-11-28 12:00:00.000000','never seen');
CREATE TABLE services (
	name VARCHAR NOT NULL, 
	beat_at DATETIME NOT NULL, 
	CONSTRAINT pk_services PRIMARY KEY (name)
);
INSERT INTO "services" VALUES('host:1','2026-11-28 12:00:00.000000');
CREATE TABLE stories (
	id VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	updated_at DATETIME NOT NULL, profile VARCHAR DEFAULT '{}' NOT NULL, merged_into VARCHAR, 
	CONSTRAINT pk_stories PRIMARY KEY (id)
);
INSERT INTO "stories" VALUES('s475f36f9ebc3','2026-11-28 12:00:00.000000','2026-11-28 12:00:00.000000','{"words":{"@geo:169577":1.7123,"fieldwatch":1.6339,"@geo:169389":1.2189,"#killed:200":1.0013,"@geo:170063":0.9564,"munit":0.8874,"#cluster munition":0.8662,"@region:homs":0.8198,"#civilian":0.7284,"cluster":0.6922,"#cluster munition@geo:169577":0.6834,"raid":0.6202,"@country:SY":0.615,"200":0.6008,"#civilian@geo:169577":0.5848,"@region:idlib":0.5769,"#civilian@country:SY":0.5303,"civilian":0.5102,"#cluster munition@country:SY":0.4909,"#kill@geo:169577":0.4823,"@region:aleppo":0.466,"#cluster munition@geo:169389":0.4526,"касетні":0.4422,"l''ong":0.4223,"count":0.4212,"#kill@country:SY":0.4193,"#civilian@geo:169389":0.3843,"#cluster munition@geo:170063":0.3809,"ادلب":0.3799,"правозахисник":0.3757,"#kill":0.3461,"#civilian@geo:170063":0.3177,"#kill@geo:169389":0.3131,"publish":0.3005,"evid":0.2998,"monday":0.2832,"авіаударів":0.2741,"задокументува":0.2741,"#strike@country:SY":0.2665,"#strike@geo:169577":0.2656,"right":0.2561,"щонайменш":0.2523,"#kill@geo:170063":0.2517,"#strike@geo:169389":0.2475,"use":0.2471,"حلب":0.2388,"ذخاير":0.2355,"يلدووتش":0.2355,"قنابل":0.2295,"tué":0.2274,"حقوق":0.2172,"#strike@geo:170063":0.2116,"civil":0.2104,"боєприпас":0.21,"recens":0.2053,"ban":0.2043,"عنقود":0.1994,"aérienn":0.1931,"#strike":0.1926,"weapon":0.1901,"market":0.1726,"document":0.17,"dead":0.1673,"منظم":0.1643,"camp":0.163,"bomb":0.1583,"declin":0.1581,"#camp":0.1368,"цивільн":0.1342,"defenc":0.1298,"ست":0.1286,"قتل":0.1268,"ministri":0.1263,"foreign":0.123,"attack":0.1184,"défens":0.1131,"مدن":0.1124,"frapp":0.112,"comment":0.1107,"ministèr":0.1107,"#market":0.1082,"refus":0.1061,"вбил":0.1058,"#school":0.1016,"20":0.0987,"غارا":0.0845,"جو":0.0833,"ong":0.0657,"шість":0.0458,"організаці":0.0352},"squares":{"":12.53163869,"latin":5.86793602,"cyrillic":0.6272482,"arabic":0.53819999},"reports":6.0,"towns":{"region:homs":2,"geo:170063":2,"region:idlib":2,"geo:169389":2,"geo:169577":2,"region:aleppo":2},"placed":2}',NULL);
CREATE TABLE story_edit_items (
	edit_id INTEGER NOT NULL, 
	item_id VARCHAR NOT NULL, 
	CONSTRAINT pk_story_edit_items PRIMARY KEY (edit_id, item_id), 
	CONSTRAINT fk_story_edit_items_edit_id_story_edits FOREIGN KEY(edit_id) REFERENCES story_edits (id)
)
 WITHOUT ROWID

;
CREATE TABLE story_edits (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	story_id VARCHAR NOT NULL, 
	other_id VARCHAR NOT NULL, 
	"by" VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_story_edits PRIMARY KEY (id), 
	CONSTRAINT fk_story_edits_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id), 
	CONSTRAINT fk_story_edits_other_id_stories FOREIGN KEY(other_id) REFERENCES stories (id)
);
CREATE TABLE story_items (
	item_id VARCHAR NOT NULL, 
	story_id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	summary VARCHAR NOT NULL, 
	family VARCHAR NOT NULL, 
	keys VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	reason VARCHAR NOT NULL, 
	score DOUBLE NOT NULL, 
	copy_of VARCHAR, profile VARCHAR DEFAULT '{}' NOT NULL, credit VARCHAR DEFAULT '' NOT NULL, 
	CONSTRAINT pk_story_items PRIMARY KEY (item_id), 
	CONSTRAINT fk_story_items_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id)
);
INSERT INTO "story_items" VALUES('id1187071dccfa9e7','s475f36f9ebc3','Air raids with cluster munitions killed at least 200 civilians in Syria, rights group says','Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday.
Last week another group, Open Evidence, had counted at least 20 uses of the banned weapon. The defence ministry declined to comment; the foreign ministry said it would first study the report.','meridian-wire','["#cluster munition","#cluster munition@country:SY","#killed:200","@geo:169389","@geo:169577","@geo:170063","civilian","cluster","evid","fieldwatch","monday","munit","publish","raid"]','2026-11-28 12:00:00.000000','no open story is alike',0.0,NULL,'{"words":{"fieldwatch":0.417,"cluster":0.2457,"@geo:169577":0.2452,"munit":0.2317,"@geo:169389":0.2252,"raid":0.2236,"#cluster munition":0.1966,"@geo:170063":0.1856,"#killed:200":0.1848,"civilian":0.1811,"#cluster munition@country:SY":0.1625,"publish":0.1465,"evid":0.1462,"monday":0.1381,"#civilian":0.1344,"#cluster munition@geo:169577":0.1336,"#civilian@country:SY":0.1315,"#cluster munition@geo:169389":0.1277,"right":0.1249,"count":0.1231,"use":0.1205,"@region:homs":0.1174,"#cluster munition@geo:170063":0.1159,"#civilian@geo:169577":0.1143,"200":0.1109,"#civilian@geo:169389":0.1084,"@region:idlib":0.1066,"@country:SY":0.1044,"ban":0.0996,"#kill@country:SY":0.0991,"#civilian@geo:170063":0.0967,"#kill@geo:169577":0.0943,"weapon":0.0927,"@region:aleppo":0.0904,"#kill@geo:169389":0.0883,"#strike@country:SY":0.087,"#strike@geo:169577":0.0867,"#strike@geo:169389":0.0808,"declin":0.0771,"#kill@geo:170063":0.0766,"#kill":0.0697,"#strike@geo:170063":0.0691,"defenc":0.0633,"ministri":0.0616,"foreign":0.06,"20":0.0481,"#strike":0.0454},"squares":{"latin":0.51377803,"":0.4861215},"reports":1.0,"towns":{},"placed":0}','');
INSERT INTO "story_items" VALUES('i05fd2655e7cdb733','s475f36f9ebc3','Syria raids: study counts the dead of six attacks','DAMASCUS (Meridian Wire) - Six air raids with cluster munitions killed at least 200 civilians in Homs, Idlib and Aleppo within a month, the rights group Fieldwatch said in a study published on Monday. Last week another group, Open Evidence, had counted at least 20 uses of the banned weapon. The defence ministry declined to comment; the foreign ministry said it would first study the report.','harbour-post','["#cluster munition@geo:169389","#cluster munition@geo:169577","@geo:169389","@geo:169577","@geo:170063","cluster","count","dead","evid","fieldwatch","monday","munit","publish","raid"]','2026-11-28 12:00:00.000000','repeats a report of meridian-wire',1.0,'id1187071dccfa9e7','{"words":{"fieldwatch":0.4382,"count":0.2981,"@geo:169577":0.2577,"@geo:169389":0.2366,"raid":0.235,"@geo:170063":0.195,"dead":0.1673,"cluster":0.1601,"publish":0.154,"evid":0.1536,"munit":0.151,"monday":0.1451,"#cluster munition@geo:169577":0.1404,"#cluster munition@geo:169389":0.1341,"right":0.1312,"#cluster munition":0.1281,"use":0.1266,"@region:homs":0.1234,"#cluster munition@geo:170063":0.1218,"#killed:200":0.1204,"#civilian@geo:169577":0.1201,"attack":0.1184,"civilian":0.118,"#civilian@geo:169389":0.1139,"@region:idlib":0.112,"@country:SY":0.1097,"ban":0.1047,"#kill@country:SY":0.1042,"#civilian@geo:170063":0.1016,"#kill@geo:169577":0.0991,"weapon":0.0974,"@region:aleppo":0.095,"#kill@geo:169389":0.0928,"#strike@country:SY":0.0914,"#strike@geo:169577":0.0911,"#civilian":0.0876,"#strike@geo:169389":0.0849,"declin":0.081,"#kill@geo:170063":0.0805,"#kill":0.0733,"#strike@geo:170063":0.0726,"200":0.0722,"defenc":0.0665,"ministri":0.0647,"foreign":0.063,"20":0.0506,"#strike":0.0477},"squares":{"latin":0.58166387,"":0.41839788},"reports":1.0,"towns":{},"placed":0}','');
INSERT INTO "story_items" VALUES('i48d3a3e75d5ac917','s475f36f9ebc3','Syria: 200 civilians killed by cluster munitions in Homs, Idlib and Aleppo','Our study documents six air raids with cluster munitions on markets, a camp and a school in which at least 200 civilians were killed.','fieldwatch','["#civilian@geo:169577","#cluster munition","#cluster munition@country:SY","#cluster munition@geo:169577","#kill@geo:169577","#killed:200","@geo:169577","@region:homs","camp","civilian","cluster","document","market","munit"]','2026-11-28 12:00:00.000000','same places (Homs, Idlib, Homs Governorate, Syria), toll (200 killed), acts (cluster munition, civilian, kill, strike) and words (cluster, munit, raid, civilian)',0.72,NULL,'{"words":{"@geo:169577":0.4611,"cluster":0.2864,"munit":0.2701,"#cluster munition@geo:169577":0.2512,"#cluster munition":0.2292,"@region:homs":0.2208,"#killed:200":0.2154,"#civilian@geo:169577":0.215,"civilian":0.2111,"#cluster munition@country:SY":0.1895,"#kill@geo:169577":0.1773,"market":0.1726,"document":0.17,"camp":0.163,"raid":0.1616,"#civilian":0.1567,"#civilian@country:SY":0.1533,"#camp":0.1368,"200":0.1292,"@country:SY":0.1264,"#kill@country:SY":0.1156,"#market":0.1082,"#school":0.1016,"#kill":0.0813,"@geo:169389":0.0699,"#cluster munition@geo:169389":0.0396,"#civilian@geo:169389":0.0336,"@region:idlib":0.0331,"#strike":0.0328,"#kill@geo:169389":0.0274,"@geo:170063":0.0095,"#cluster munition@geo:170063":0.0059,"#civilian@geo:170063":0.0049,"@region:aleppo":0.0046,"#kill@geo:170063":0.0039},"squares":{"":0.68910088,"latin":0.3109165},"reports":1.0,"towns":{"region:homs":1,"geo:170063":1,"region:idlib":1,"geo:169389":1,"geo:169577":1,"region:aleppo":1},"placed":1}','');
INSERT INTO "story_items" VALUES('i1c1679e688f066e1','s475f36f9ebc3','Syrie : des bombes à sous-munitions ont tué au moins 200 civils, selon une ONG','L''ONG Fieldwatch recense six frappes aériennes à Homs, Idleb et Alep. Le ministère de la défense refuse de commenter.','quai-info','["#civilian","#civilian@country:SY","#killed:200","@geo:169389","@geo:169577","@geo:170063","aérienn","bomb","civil","fieldwatch","l''ong","munit","recens","tué"]','2026-11-28 12:00:00.000000','same places (Homs, Idlib, Aleppo, Homs Governorate), toll (200 killed), acts (civilian, kill, strike) and words (fieldwatch, munit, 200)',0.54,NULL,'{"words":{"fieldwatch":0.4223,"l''ong":0.4223,"@geo:169577":0.2483,"munit":0.2346,"@geo:169389":0.228,"tué":0.2274,"civil":0.2104,"recens":0.2053,"aérienn":0.1931,"@geo:170063":0.1879,"#killed:200":0.1871,"bomb":0.1583,"#civilian":0.1361,"#civilian@country:SY":0.1331,"@region:homs":0.1189,"défens":0.1131,"200":0.1123,"frapp":0.112,"comment":0.1107,"ministèr":0.1107,"@region:idlib":0.1079,"refus":0.1061,"@country:SY":0.1057,"#kill@country:SY":0.1004,"@region:aleppo":0.0916,"#strike@country:SY":0.0881,"#strike@geo:169577":0.0878,"#strike@geo:169389":0.0818,"#kill":0.0706,"#strike@geo:170063":0.0699,"ong":0.0657,"#strike":0.046},"squares":{"latin":0.67760354,"":0.32237071},"reports":1.0,"towns":{},"placed":0}','');
INSERT INTO "story_items" VALUES('ia4d5b24d3f0902d9','s475f36f9ebc3','منظمة حقوقية: القنابل العنقودية قتلت 200 مدني في حمص وإدلب وحلب','قالت منظمة فيلدووتش إن ست غارات جوية بالذخائر العنقودية قتلت 200 مدني على الأقل.','qalam','["#cluster munition","#cluster munition@geo:169389","#cluster munition@geo:169577","@geo:169389","@geo:169577","@geo:170063","ادلب","حقوق","حلب","ذخاير","عنقود","قنابل","منظم","يلدووتش"]','2026-11-28 12:00:00.000000','same places (Homs, Idlib, Aleppo, Homs Governorate), toll (200 killed), acts (cluster munition, civilian, kill, strike) and word (200)',0.838,NULL,'{"words":{"ادلب":0.3799,"@geo:169577":0.2904,"@geo:169389":0.2667,"حلب":0.2388,"ذخاير":0.2355,"يلدووتش":0.2355,"قنابل":0.2295,"@geo:170063":0.2198,"حقوق":0.2172,"عنقود":0.1994,"منظم":0.1643,"#cluster munition@geo:169577":0.1582,"#cluster munition@geo:169389":0.1512,"#cluster munition":0.1443,"@region:homs":0.139,"#cluster munition@geo:170063":0.1373,"#killed:200":0.1357,"#civilian@geo:169577":0.1354,"ست":0.1286,"#civilian@geo:169389":0.1284,"قتل":0.1268,"@region:idlib":0.1262,"#civilian@geo:170063":0.1145,"مدن":0.1124,"#kill@geo:169577":0.1116,"@region:aleppo":0.1071,"#kill@geo:169389":0.1046,"#civilian":0.0987,"#kill@geo:170063":0.0907,"غارا":0.0845,"جو":0.0833,"200":0.0814,"@country:SY":0.0796,"#kill":0.0512,"#strike":0.0207},"squares":{"arabic":0.53819999,"":0.46177381},"reports":1.0,"towns":{"region:homs":1,"geo:170063":1,"region:idlib":1,"geo:169389":1,"geo:169577":1,"region:aleppo":1},"placed":1}','');
INSERT INTO "story_items" VALUES('ia2a1a0c75706834c','s475f36f9ebc3','Правозахисники: касетні боєприпаси вбили щонайменше 200 цивільних у Сирії','Шість авіаударів по Хомсу, Ідлібу та Алеппо задокументувала організація Fieldwatch.','dnipro-news','["#cluster munition","#cluster munition@country:SY","#killed:200","@geo:169389","@geo:169577","@geo:170063","fieldwatch","авіаударів","боєприпас","задокументува","касетні","правозахисник","цивільн","щонайменш"]','2026-11-28 12:00:00.000000','same places (Homs, Idlib, Aleppo, Homs Governorate), toll (200 killed), acts (cluster munition, civilian) and words (fieldwatch, 200)',0.719,NULL,'{"words":{"касетні":0.4422,"правозахисник":0.3757,"fieldwatch":0.3564,"авіаударів":0.2741,"задокументува":0.2741,"щонайменш":0.2523,"боєприпас":0.21,"@geo:169577":0.2096,"@geo:169389":0.1925,"#cluster munition":0.168,"@geo:170063":0.1586,"#killed:200":0.1579,"#cluster munition@country:SY":0.1389,"цивільн":0.1342,"#civilian":0.1149,"#civilian@country:SY":0.1124,"вбил":0.1058,"@region:homs":0.1003,"200":0.0948,"@region:idlib":0.0911,"@country:SY":0.0892,"@region:aleppo":0.0773,"шість":0.0458,"організаці":0.0352},"squares":{"cyrillic":0.6272482,"latin":0.12702096,"":0.24570603},"reports":1.0,"towns":{},"placed":0}','');
CREATE TABLE story_keys (
	"key" VARCHAR NOT NULL, 
	story_id VARCHAR NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_story_keys PRIMARY KEY ("key", story_id), 
	CONSTRAINT fk_story_keys_story_id_stories FOREIGN KEY(story_id) REFERENCES stories (id)
)
 WITHOUT ROWID

;
INSERT INTO "story_keys" VALUES('#civilian','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#civilian@country:SY','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#civilian@geo:169577','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#cluster munition','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#cluster munition@country:SY','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#cluster munition@geo:169389','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#cluster munition@geo:169577','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#kill@geo:169577','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('#killed:200','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('@geo:169389','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('@geo:169577','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('@geo:170063','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('@region:homs','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('aérienn','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('bomb','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('camp','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('civil','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('civilian','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('cluster','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('count','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('dead','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('document','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('evid','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('fieldwatch','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('l''ong','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('market','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('monday','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('munit','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('publish','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('raid','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('recens','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('tué','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('авіаударів','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('боєприпас','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('задокументува','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('касетні','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('правозахисник','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('цивільн','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('щонайменш','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('ادلب','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('حقوق','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('حلب','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('ذخاير','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('عنقود','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('قنابل','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('منظم','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "story_keys" VALUES('يلدووتش','s475f36f9ebc3','2026-11-28 12:00:00.000000');
CREATE TABLE verdicts (
	item_id VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	action VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	story_id VARCHAR, 
	decided_at DATETIME NOT NULL, 
	CONSTRAINT pk_verdicts PRIMARY KEY (item_id, revision), 
	CONSTRAINT fk_verdicts_item_id_items FOREIGN KEY(item_id) REFERENCES items (id)
);
INSERT INTO "verdicts" VALUES('i4ad97667b587c9a9',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i9ce3ccdb703dcdc8',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i76860efa8c33be61',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i392ab009728e1922',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('id1187071dccfa9e7',1,'alert','new_story','first report of its story for desk','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i9cecd6162235f5a8',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('ic62637b46a568a28',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i5023514ec3e5e3a0',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i4634eaf20629779d',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i05fd2655e7cdb733',1,'duplicate','copy','repeats a report of meridian-wire (id1187071dccfa9e7)','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i94d9dbee6a9ebbd8',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i3ffc11c4cabf553a',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i48d3a3e75d5ac917',1,'update','confirmed','first independent confirmation (3 outlets, 2 origins)','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i0db32b0792e82bd5',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i8f736ce692bbb335',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i5df98a5f1a6c336c',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i8aa54c4daac8439b',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i1c1679e688f066e1',1,'update','new_way','also Strikes that hit civilians or protected places: deadly weapon','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('if2e3dcad6e92d3d2',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('ia4d5b24d3f0902d9',1,'update','new_way','also Cluster munitions - any mention of the weapon: use','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i9759faee8c512b76',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('ic08eaf992e2e10c0',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('ia2a1a0c75706834c',1,'update','new_way','also Cluster munitions - any mention of the weapon: any mention','s475f36f9ebc3','2026-11-28 12:00:00.000000');
INSERT INTO "verdicts" VALUES('i1f10433e292eb370',1,'none','no_match','no rule matched',NULL,'2026-11-28 12:00:00.000000');
CREATE INDEX ix_feeds_next_poll_at ON feeds (next_poll_at);
CREATE INDEX ix_revisions_seen_at ON revisions (seen_at);
CREATE INDEX ix_matches_rule ON matches (rule);
CREATE INDEX ix_ratings_item_id ON ratings (item_id);
CREATE INDEX ix_stories_updated_at ON stories (updated_at);
CREATE INDEX ix_story_items_story_id_seen_at ON story_items (story_id, seen_at);
CREATE INDEX ix_story_keys_key_seen_at ON story_keys ("key", seen_at);
CREATE INDEX ix_deliveries_kind_created_at ON deliveries (kind, created_at);
CREATE INDEX ix_deliveries_parent_id ON deliveries (parent_id);
CREATE INDEX ix_deliveries_state_channel ON deliveries (state, channel);
CREATE INDEX ix_delivery_items_item_id ON delivery_items (item_id);
CREATE INDEX ix_attempts_delivery_id ON attempts (delivery_id);
CREATE INDEX ix_claims_story_id_kind_seen_at ON claims (story_id, kind, seen_at);
CREATE INDEX ix_stories_merged_into ON stories (merged_into);
CREATE INDEX ix_story_keys_story_id ON story_keys (story_id);
CREATE INDEX ix_story_edits_story_id ON story_edits (story_id);
CREATE INDEX ix_story_edits_other_id ON story_edits (other_id);
CREATE INDEX ix_story_edit_items_item_id ON story_edit_items (item_id);
CREATE INDEX ix_card_edits_state_not_before ON card_edits (state, not_before);
CREATE INDEX ix_mutes_ended_at_until ON mutes (ended_at, until);
CREATE INDEX ix_desk_acts_target ON desk_acts (target);
CREATE INDEX ix_absences_feed_id ON absences (feed_id);
CREATE INDEX ix_items_feed_id_first_seen_at ON items (feed_id, first_seen_at);
COMMIT;
