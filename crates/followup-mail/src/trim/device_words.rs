//! The words of the lines that devices and programs put below a mail, by language, as they are written. Words are parted by blanks.

/// That it was sent, or where the program is to be had.
pub(super) const SENT: &[(&str, &str)] = &[
    ("es", "enviado enviada enviados enviadas escrito obtener obtenga obtén descargar descarga descargue"),
    ("pt gl", "obter obtenha baixe baixar transferir mandado"),
    ("ca eu", "enviat enviada bidalia bidalita obteniu"),
    ("en", "sent get download created composed typed securely written"),
    ("fr", "envoyé envoyée obtenir obtenez télécharger téléchargez expédié"),
    ("it", "inviato inviata spedito ottieni scarica scaricare"),
    ("ro", "trimis trimisă expediat obțineți descărcați"),
    ("de", "gesendet verschickt geschrieben geschickt verfasst holen beziehen herunterladen laden"),
    ("nl", "verzonden verstuurd gestuurd downloaden ophalen"),
    ("sv da no", "skickat skickades hämta skrivet sendt hent skrevet last"),
    ("fi et", "lähetetty hanki lataa saadetud hankige"),
    ("pl", "wysłane wysłano wysłana wysłany pobierz"),
    ("cs sk", "odesláno odeslané odoslané odoslaná poslané získat stáhnout získať stiahnuť"),
    ("hr sl sr", "poslano poslato preuzmi preuzmite послато преузмите"),
    ("ru uk bg", "отправлено отправлен скачать надіслано відправлено завантажити изпратено изтеглете"),
    ("lt lv", "išsiųsta atsisiųskite nosūtīts nosūtīta lejupielādēt"),
    ("hu", "küldve elküldve küldött beszerzése letöltése"),
    ("tr", "gönderildi gönderilmiştir gönderilen edinin indirin"),
    ("el", "στάλθηκε εστάλη αποκτήστε λήψη"),
    ("he", "נשלח נשלחה הורד הורידו קבל קבלו"),
    ("ar fa", "أرسلت أُرسلت مرسل مُرسل مرسلة الإرسال إرسال الحصول احصل تنزيل فرستاده ارسال شده دریافت"),
    ("vi id ms hi th", "gửi tải dikirim dihantar dapatkan unduh भेजा गया ส่ง ดาวน์โหลด"),
    ("zh", "发 發 发自 發自 发送 發送 傳送 传送 寄出 获取 取得 下载 下載"),
    ("ja", "送信 送信されました 送信しました 送られました 入手 取得 ダウンロード"),
    ("ko", "보냄 보냈습니다 보낸 전송 전송됨 발신자 다운로드 가져오기"),
];

/// Makers, devices and programs. Words that begin with one are its declined forms: "iPhonesta".
pub(super) const BRANDS: &[(&str, &str)] = &[
    (
        "devices",
        "iphone iphon ipad ipod ios ipados macos imac macbook android samsung galaxy huawei honor xiaomi redmi poco motorola nokia sony xperia blackberry oneplus oppo vivo realme zte pixel alcatel lenovo asus kindle symbian 三星 华为 華為 小米 삼성 갤럭시",
    ),
    (
        "programs",
        "outlook gmail yahoo aol gmx protonmail proton tutanota tuta spark canary edison airmail aqua aquamail k9 thunderbird typeapp bluemail mailspring mailbird mailbox newton zoho yandex яндекс libero uol tiscali naver windows superhuman shortwave mimestream mailmate fastmail mailfence posteo roundcube horde imp squirrelmail rainloop zimbra emclient postbox polymail missive laposte",
    ),
    ("carriers", "telekom movistar claro entel verizon vodafone tmobile bitel orange sfr bouygues tigo telcel"),
];

/// What the device is called.
pub(super) const DEVICES: &[(&str, &str)] = &[
    (
        "es pt gl ca",
        "móvil movil celular teléfono smartphone tablet tableta dispositivo equipo telemóvel telefone aparelho telèfon mòbil mobiltelefon",
    ),
    ("en", "phone smartphone smart mobile cell cellphone handheld device tablet app apps application"),
    ("es pt it de", "aplicación aplicativo aplicação applicazione anwendung"),
    (
        "fr it ro",
        "téléphone portable appareil tablette mobile telefonino telefono cellulare dispositivo telefonul telefon dispozitiv dispozitivul",
    ),
    ("de nl", "handy mobiltelefon mobilgerät mobilen mobiles gerät telefon smartphones telefoon mobiel mobiele toestel apparaat tablets"),
    (
        "sv da no fi et",
        "mobil mobilen enhet enhed telefon telefonen mobiltelefon surfplatta smartphone puhelimesta puhelimestani älypuhelimesta laitteesta laitteestani tabletista telefonist",
    ),
    (
        "pl cs sk hr sl",
        "telefonu smartfona smartfonu urządzenia tabletu komórki komórkowego zařízení mobilu zariadenia telefona mobitela naprave uređaja pametnog",
    ),
    ("ru uk bg sr", "устройства устройство телефона смартфона планшета мобильного мобильной пристрою телефону телефон мобилен уређаја"),
    (
        "hu tr el",
        "telefonról okostelefonról készülékről tabletről telefonomról okostelefonomról telefonumdan telefonundan akıllı cihazımdan cihazından κινητό τηλέφωνο συσκευή",
    ),
    ("he ar fa hi", "הטלפון טלפון הנייד נייד מהטלפון מהנייד מכשיר هاتفي هاتف جهازي جوالي گوشی تلفن फ़ोन फोन"),
    ("vi id ms th", "điện thoại ponsel telepon telefon โทรศัพท์"),
    (
        "zh ja ko",
        "手机 手機 智能手机 智慧型手機 设备 裝置 平板 端末 携帯 携帯電話 スマートフォン スマホ 휴대폰 휴대전화 스마트폰 핸드폰 태블릿",
    ),
];

/// Whose it is.
pub(super) const MINE: &[(&str, &str)] = &[
    (
        "",
        "mi mis my your meu minha mon ma meinem meiner mein mio mia mijn min mit mitt mojego mého môjho mojho mog моего мого мог моя моята minu mano mana meu meua nire μου मेरे",
    ),
    ("", "من שלי saya tôi ฉัน 我 私 나 내 i hutui imdan umdan"),
];

/// Small words, and what else such a line may hold.
pub(super) const FILLERS: &[(&str, &str)] = &[
    (
        "es pt gl ca",
        "desde de del da do la el lo los a o un una uno con com para por vía via versión red inalámbrico partir través atraves pelo pela no na em des meva meu amb dende app aplicación aplicativo aplicação correo correio seguro cifrado",
    ),
    (
        "en",
        "from the a an on of with by using for to via any and best work internet messaging program programme in at not it was this message network wireless app application mail email mails e-mail free secure encrypted encryption ad ads enjoy based version mobile pro lite my",
    ),
    (
        "fr it ro",
        "depuis de du d l à partir orange avec via pour sur la le les l'application application mail messagerie courrier courriel sécurisée posta da dal con per su il app dell pe din de pentru cu meu",
    ),
    (
        "de nl",
        "von vom mit der die das dem aus für auf wurde diese nachricht sie sich mail app mobilen gesichert vanaf vanuit met voor van de het mijn gratis bericht is",
    ),
    ("sv da no fi et", "från fra med för for til till på min mit mitt epost e-post mail sähköposti appen og and maililla"),
    (
        "pl cs sk hr sl",
        "z ze za pomocą na dla program programu systemu aplikacji poczta poczty systemu mojego ovládanie aplikace pro so zo pre s sa moje od",
    ),
    ("ru uk bg sr", "ru с со из от моего для на приложения почты почта почте мобильного мобильной з із від мого за са"),
    ("lt lv", "iš no"),
    ("hu tr el", "az a ról ről omról emről ul ului alkalmazásból posta için ile uygulamasını uygulaması umdan imden den dan από το τη για"),
    ("he ar fa hi", "מ מה מן את עבור ה من الـ ال الخاص بي تم باستخدام على از شده است से"),
    ("vi id ms th", "được đã từ của cho bằng dari daripada untuk di menggunakan จาก ของ"),
    ("zh", "从 從 自 我的 的 用 版 邮件 郵件 使用 来自 來自 了"),
    ("ja", "から の を で は に 版の メール 版 より"),
    ("ko", "에서 의 나의 내 용 으로 를 을 에 메일"),
];

/// Names of makers and devices that are also words of sentences. Folded, as those below.
pub(super) const AMBIGUOUS: &[&str] =
    &["vivo", "poco", "claro", "entel", "dispositivo", "equipo", "aparelho", "device", "dispositiv", "toestel", "apparaat"];

/// What stands before the device that a mail was sent from, or is said of it in one word.
pub(super) const FROM: &[&str] = &[
    "desde",
    "dende",
    "from",
    "via",
    "using",
    "partir",
    "traves",
    "atraves",
    "depuis",
    "dal",
    "von",
    "vom",
    "vanaf",
    "vanuit",
    "fran",
    "fra",
    "z",
    "ze",
    "iz",
    "sa",
    "tabletista",
    "tabletistani",
    "tabletrol",
    "tabletomrol",
    "tabletimden",
    "tabletten",
];

/// The same, and what stands between other words too: only before what is the sender's.
pub(super) const FROM_OR_OF: &[&str] = &["de", "del", "do", "da", "du", "di", "din", "met", "mit", "s"];

/// Beginnings of words by which people excuse what they wrote on it.
pub(super) const EXCUSES: &[&str] = &[
    "brevity",
    "briefness",
    "typo",
    "misspell",
    "spelling",
    "autocorrect",
    "concise",
    "terse",
    "brevedad",
    "faltas",
    "ortograf",
    "errores de autocorr",
    "errores de dedo",
    "errores de digit",
    "errores de escrit",
    "errores de gramat",
    "errores de mecano",
    "errores de orto",
    "errores de puntua",
    "errores de redac",
    "errores de tecl",
    "errores de tip",
    "brevidade",
    "erros de autocorr",
    "erros de digit",
    "erros de escrit",
    "erros de gramat",
    "erros de orto",
    "erros de pontua",
    "erros de portug",
    "brievete",
    "fautes",
    "kurze",
    "tippfehler",
    "rechtschreib",
    "brevita",
    "errori di batt",
    "errori di digit",
    "errori di gramm",
    "errori di orto",
    "errori di scritt",
    "eventuali errori",
    "gli errori",
    "beknopt",
    "tikfout",
    "typefout",
    "zwiezł",
    "literow",
    "краткост",
    "опечат",
    "лаконичн",
    "faordig",
    "kortfatt",
    "stavfel",
    "vahasan",
    "strucn",
    "rovid",
    "簡潔",
    "简洁",
    "간결",
    "kısalıg",
];
