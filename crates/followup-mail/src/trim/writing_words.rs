//! The words of attributions, by language, as they are written; a new language is a row in each table.
//!
//! Words are parted by blanks and folded when the tables are read. Scripts without blanks between words are cut by the same tables.

/// Verbs of writing in the reporters' languages: people use them in sentences of their own, so they prove less.
pub(super) const SPOKEN_VERBS: &[(&str, &str)] = &[("es", "escribió escrito"), ("pt", "escreveu escrito"), ("en", "wrote writes")];

/// Those of other languages, and nouns that stand for them ("Zitat von", "Missatge de").
pub(super) const OTHER_VERBS: &[(&str, &str)] = &[
    ("es pt en", "citando quoting"),
    ("fr", "écrit citation"),
    ("it", "scritto scrisse citazione"),
    ("ca gl eu", "escriure escrit missatge escribiu idatzi"),
    ("ro", "scris"),
    ("de", "schrieb geschrieben zitat"),
    ("nl", "schreef geschreven citeren"),
    ("sv da no", "skrev skrevet skrivit skriver"),
    ("fi et", "kirjoitti kirjutas"),
    ("pl", "napisał napisała napisano napisana pisze cytowanie"),
    ("cs sk", "napsal napsala napísal napísala napsali"),
    ("hr sl", "napisao napisala napisal"),
    ("ru", "написал написала написано пишет писал писала писали пишете"),
    ("uk bg sr mk", "написав написала пише написа написао"),
    ("lt lv", "rašė parašė rakstīja"),
    ("hu", "írta"),
    ("tr", "yazdı yazmış"),
    ("el", "έγραψε"),
    ("he", "כתב כתבה"),
    ("ar fa", "كتب كتبت كتابة نوشت"),
    ("hi th", "लिखा เขียนว่า"),
    ("vi id ms fil", "viết menulis isinulat"),
    ("zh", "写道 寫道"),
    ("ja", "のメール 書きました 書いた"),
    ("ko", "작성 쓴글 썼습니다"),
];

/// Prepositions, auxiliaries, and what else stands between the parts of an attribution.
pub(super) const SMALL_WORDS: &[(&str, &str)] = &[
    ("es", "el en de del a la las los dia día o hora horas hrs lo siguiente ha por h hs y"),
    ("pt", "em no dia às as à s de da do dos pelas o a e"),
    ("gl ca eu", "ás dende l les d va vas igorleak hau zuen du eko"),
    ("en", "on at in a message dated by from the following th st nd rd of via and"),
    ("fr", "le la à a l les h du heure heures vers de et"),
    ("it", "il giorno alle ore ha del le lo data"),
    ("ro", "în la pe data ora a"),
    ("de", "am um uhr den dem von hat folgendes der und"),
    ("nl", "op om heeft het volgende uur van te"),
    ("sv da no", "den kl klockan klokken på af fra från av at d det"),
    ("fi et", "klo kello kuupäev kell na e t k n r l p h v"),
    ("pl", "w dniu dnia o godz godzinie użytkownik przez wiadomość r z"),
    ("cs sk", "dne dňa v ve o odesílatel odosielateľ hod hodin uživatel používateľ"),
    ("hr sl", "dana u je oseba ob v la lo"),
    ("ru", "в во г года от пользователь время по и вы а"),
    ("uk bg sr", "о р від користувач на ч у је ла ил з"),
    ("lt lv", "plkst lietotājs gada gads g m d"),
    ("hu", "ezt azt az a időpont dátummal időpontban keltezéssel ekkor"),
    ("tr", "tarihinde tarihli şunu şunları saat tarafından"),
    ("el", "στις την τη το ο η χρήστης και ώρα του"),
    ("he", "בתאריך יום א ב ג ד ה ו בשעה מאת את"),
    ("ar fa", "في الساعة تمت ما يلي بواسطة يوم من در تاریخ ساعت"),
    ("hi th", "को बजे ने के ในวันที่ วันที่ เวลา น จ อ พ ศ ส"),
    ("vi id ms fil", "vào lúc đã ngày giờ pada tanggal pukul jam oleh noong nang ni ang"),
    ("zh", "在 于 於 年 月 日 号 號 时 時 点 點 分 秒"),
    ("ja", "年 月 日 時 分 秒 に の さんは さん は から"),
    ("ko", "년 월 일 시 분 초 에 님이 님 이 가 이가 쓴 글 에서"),
];

/// Days of the week in full.
pub(super) const WEEKDAYS: &[(&str, &str)] = &[
    ("es", "lunes martes miércoles jueves viernes sábado domingo"),
    (
        "pt gl",
        "segunda terça quarta quinta sexta segunda-feira terça-feira quarta-feira quinta-feira sexta-feira feira luns mércores xoves venres",
    ),
    (
        "ca eu",
        "dilluns dimarts dimecres dijous divendres dissabte diumenge astelehena asteartea asteazkena osteguna ostirala larunbata igandea",
    ),
    ("en", "monday tuesday wednesday thursday friday saturday sunday"),
    ("fr", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    ("it", "lunedì martedì mercoledì giovedì venerdì sabato domenica"),
    ("ro", "luni marți miercuri joi vineri sâmbătă duminică"),
    ("de", "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag"),
    ("nl", "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"),
    ("sv da no", "måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag"),
    (
        "fi et",
        "maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev",
    ),
    ("pl", "poniedziałek wtorek środa czwartek piątek sobota niedziela"),
    ("cs sk", "pondělí úterý středa čtvrtek pátek sobota neděle pondelok utorok streda štvrtok piatok nedeľa"),
    ("hr sl", "ponedjeljak utorak srijeda četvrtak petak subota nedjelja ponedeljek torek sreda četrtek petek nedelja"),
    ("ru", "понедельник вторник среда четверг пятница суббота воскресенье"),
    (
        "uk bg sr",
        "понеділок вівторок середа четвер пятниця субота неділя понеделник сряда четвъртък петък събота неделя понедељак уторак среда четвртак петак недеља",
    ),
    (
        "lt lv",
        "pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis pirmdiena otrdiena trešdiena ceturtdiena piektdiena sestdiena svētdiena",
    ),
    ("hu", "hétfő kedd szerda csütörtök péntek szombat vasárnap"),
    ("tr", "pazartesi salı çarşamba perşembe cuma cumartesi pazar"),
    ("el", "δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή"),
    ("he", "ראשון שני שלישי רביעי חמישי שישי שבת"),
    ("ar", "الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد"),
    ("fa", "دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه"),
    (
        "hi th",
        "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์ วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันศุกร์ วันเสาร์ วันอาทิตย์",
    ),
    ("vi id", "thứ hai ba tư năm sáu bảy senin selasa rabu kamis jumat sabtu minggu"),
    ("zh", "星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天"),
    ("ja", "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日"),
    ("ko", "월요일 화요일 수요일 목요일 금요일 토요일 일요일"),
];

/// Shortened ones: programs write them, people seldom.
pub(super) const SHORT_WEEKDAYS: &[(&str, &str)] = &[
    ("es", "lun mar mié mier jue vie sáb dom"),
    ("pt gl ca", "seg ter qua qui sex dl dt dc dj dv ds dg mér xov ven"),
    ("en", "mon tue tues wed thu thur thurs fri sat sun"),
    ("fr", "lun mar mer jeu ven sam dim"),
    ("it", "lun mar mer gio ven sab dom"),
    ("ro", "lun mar mie joi vin sâm dum"),
    ("de", "mo di mi do fr sa so"),
    ("nl", "ma di wo do vr za zo"),
    ("sv da no", "mån tis ons tors fre lör sön man tirs tir tor lør søn"),
    ("fi", "ma ti ke to pe la su"),
    ("pl", "pon wt śr czw pt sob niedz ndz"),
    ("cs sk", "po út st čt pá so ne ut št pi"),
    ("hr sl", "pon uto sri čet pet sub ned tor sre"),
    ("ru", "пн вт ср чт пт сб вс"),
    ("uk bg sr", "нд нед пон уто сре чет пет суб"),
    ("lt lv", "pr an tr kt pn št sk pirmd otrd trešd ceturtd piektd sestd svētd"),
    ("hu", "sze cs szo"),
    ("tr", "pzt sal çar per cum cmt paz"),
    ("el", "δευ τρί τετ πέμ παρ σάβ κυρ"),
    ("hi th", "सोम मंगल बुध गुरु शुक्र शनि रवि พฤ อา"),
    ("vi id ms", "th sen sel rab kam jum sab min isn kha jum aha"),
    ("zh", "周一 周二 周三 周四 周五 周六 周日 週一 週二 週三 週四 週五 週六 週日"),
    ("ja", "月 火 水 木 金 土 日"),
    ("ko", "월 화 수 목 금 토 일"),
];

/// Months, in full and shortened, and as they are declined.
pub(super) const MONTHS: &[(&str, &str)] = &[
    (
        "es",
        "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene feb mar abr may jun jul ago sep sept set oct nov dic",
    ),
    (
        "pt gl",
        "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro jan fev mai out dez xaneiro febreiro xuño xullo setembro decembro xan xuñ xul dec",
    ),
    (
        "ca eu",
        "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre gen febr juny ag urtarrilak otsailak martxoak apirilak maiatzak ekainak uztailak abuztuak irailak urriak azaroak abenduak urt ots api mai eka uzt abu ira urr aza abe",
    ),
    (
        "en",
        "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec",
    ),
    ("fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre janv févr avr juil déc"),
    ("it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre gen mag giu lug set ott"),
    ("ro", "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie ian iun iul noi"),
    ("de", "januar jänner februar märz april mai juni juli august september oktober november dezember jän mär okt dez"),
    ("nl", "januari februari maart april mei juni juli augustus september oktober november december mrt"),
    ("sv da no", "januari februari mars juni juli augusti oktober desember marts maj aug des"),
    (
        "fi",
        "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta tammik helmik maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk",
    ),
    ("et", "jaanuar veebruar märts aprill juuni juuli august september oktoober november detsember jaan veebr sept okt dets"),
    (
        "pl",
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia sty lut kwi cze lip sie wrz paź lis gru",
    ),
    (
        "cs sk",
        "ledna února března dubna května června července srpna září října listopadu prosince januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra led úno bře dub kvě čvn čvc srp zář říj pro máj jún júl",
    ),
    (
        "hr sl",
        "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada studenoga prosinca sij velj ožu tra svi lip srp kol ruj lis stu januarja februarja aprila maja junija julija avgusta septembra oktobra novembra decembra avg",
    ),
    (
        "ru",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря янв февр фев мар апр июн июл авг сент сен окт нояб ноя дек",
    ),
    (
        "uk",
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня січ лют бер квіт трав черв лип серп вер жовт лист груд",
    ),
    (
        "bg sr",
        "януари февруари март април май юни юли август септември октомври ноември декември јануар фебруар март мај јун јул септембар октобар новембар децембар јан феб нов дец",
    ),
    (
        "lt lv",
        "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris janv febr okt",
    ),
    (
        "hu",
        "január február március április május június július augusztus szeptember október november december jan febr márc ápr máj jún júl szept okt",
    ),
    ("tr", "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık oca şub nis haz tem ağu eyl eki kas ara"),
    (
        "el",
        "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου ιαν φεβ μαρ μαρτ απρ μαΐ ιουν ιουλ αυγ σεπ σεπτ οκτ νοε δεκ",
    ),
    (
        "he",
        "בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר בינו בפבר באפר באוג בספט באוק בנוב בדצמ",
    ),
    ("ar", "يناير فبراير مارس أبريل إبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
    ("fa hi", "ژانویه فوریه آوریل مه ژوئن ژوئیه اوت سپتامبر اکتبر نوامبر دسامبر जन॰ फ़र॰ मार्च अप्रैल मई जून जुल॰ अग॰ सित॰ अक्तू॰ नव॰ दिस॰"),
    (
        "th",
        "ม.ค ก.พ มี.ค เม.ย พ.ค มิ.ย ก.ค ส.ค ก.ย ต.ค พ.ย ธ.ค มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    ),
    ("vi id", "thg tháng januari februari maret agustus oktober desember agu okt des"),
];

/// Parts of the day, zones, and abbreviations that only a program puts behind a time.
pub(super) const ZONES: &[(&str, &str)] = &[
    ("parts of the day", "am pm m p μ π μμ πμ de du ص م 오전 오후 上午 下午 午前 午後 晚上 早上 凌晨 中午 sa ch"),
    (
        "zones",
        "gmt utc z est edt cst cdt pst pdt mst mdt akst hst cet cest mez mesz wet west eet eest bst ist jst kst msk brt brst art clt clst pet cot vet ect bot uyt pyt hora seč selč",
    ),
    (
        "words of zones",
        "standard daylight summer time eastern central pacific mountain atlantic heure normale estándar verano europa greenwich",
    ),
];
