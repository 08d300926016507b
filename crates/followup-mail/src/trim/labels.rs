//! The lines of header blocks and the separators above quotes, by language, as they are written: a new language is a row in each table.
//! Entries are parted by bars and folded when the tables are read.

/// What a line of a header block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    Sender,
    Date,
    Recipient,
    Copy,
    Subject,
    Other,
}

/// Labels of a date that people give to any date, in the reporters' languages.
pub(super) const ANY_DATE: &[(&str, &str)] = &[("es", "fecha"), ("pt", "data"), ("en", "date")];

/// Labels of header blocks.
pub(super) const LABELS: &[(Label, &[(&str, &str)])] = &[
    (
        Label::Sender,
        &[
            ("es gl ca fr", "de|remitente|expéditeur"),
            ("pt", "remetente"),
            ("eu", "nork"),
            ("en", "from"),
            ("it", "da|mittente"),
            ("ro", "de la|expeditor"),
            ("de nl", "von|absender|van|afzender"),
            ("sv da no", "från|fra|avsändare|afsender|avsender"),
            ("fi et", "lähettäjä|saatja"),
            ("pl cs sk hr sl", "od|nadawca|odesílatel|odosielateľ|šalje|pošiljatelj"),
            ("ru uk bg sr", "от|від|отправитель|відправник|од|шаље|пошиљалац|подател"),
            ("lt lv", "nuo|siuntėjas|sūtītājs"),
            ("hu tr", "feladó|kimden|gönderen"),
            ("el", "από|αποστολέας"),
            ("he ar fa", "מאת|من|المرسل|از|فرستنده"),
            ("vi id ms th hi", "từ|người gửi|dari|daripada|pengirim|จาก|प्रेषक"),
            ("zh ja ko", "发件人|发信人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|발신자|보낸이"),
        ],
    ),
    (
        Label::Date,
        &[
            ("es", "enviado el|enviado|enviada|enviados|fecha|fecha de envío|fecha y hora"),
            ("pt", "enviado em|enviada em|data|data de envio|data/hora"),
            ("gl ca eu", "enviado o|enviat el|enviat|data|bidalia|bidalita|data"),
            ("en", "date|sent|sent at|sent on|date sent"),
            ("fr", "envoyé|envoyé le|envoyée|date d'envoi|date|message du"),
            ("it", "inviato|inviato il|data invio"),
            ("ro", "trimis|trimis la|dată"),
            ("de nl", "gesendet|gesendet am|datum|verzonden|verzonden op|verstuurd"),
            ("sv da no", "skickat|datum|sendt|dato|sendt den"),
            ("fi et", "lähetetty|päivämäärä|päiväys|pvm|saadetud|kuupäev"),
            ("pl", "wysłano|wysłane|data wysłania|data|wysłany"),
            ("cs sk", "odesláno|datum|odoslané|odoslaná|dátum|posláno"),
            ("hr sl sr", "poslano|datum|poslato|послато|датум"),
            ("ru uk bg", "отправлено|дата|надіслано|відправлено|изпратено|изпратено на|дата отправки"),
            ("lt lv", "išsiųsta|data|nosūtīts|datums|nosūtīta"),
            ("hu tr", "elküldve|küldve|küldés dátuma|dátum|gönderildi|tarih|gönderme tarihi|gönderim zamanı"),
            ("el", "στάλθηκε|ημερομηνία|εστάλη"),
            ("he ar fa", "נשלח|תאריך|تاريخ الإرسال|التاريخ|تاريخ|أرسلت|أرسل|تم الإرسال|ارسال شده|تاریخ|تاریخ ارسال"),
            ("vi id ms th hi", "đã gửi|ngày|ngày gửi|dikirim|tanggal|dihantar|tarikh|ส่ง|ส่งเมื่อ|วันที่|भेजा गया|दिनांक"),
            ("zh", "发送时间|发送日期|日期|时间|寄件日期|傳送日期|傳送時間|寄件時間"),
            ("ja ko", "送信日時|送信日|日時|日付|보낸 날짜|보낸날짜|날짜|보낸 시간|전송 날짜"),
        ],
    ),
    (
        Label::Recipient,
        &[
            ("es gl ca eu", "para|destinatario|destinatarios|per a|a|nori"),
            ("en", "to"),
            ("fr", "à|pour|destinataire|destinataires"),
            ("it", "a|destinatario"),
            ("ro", "către|catre|destinatar"),
            ("de nl", "an|empfänger|aan|ontvanger"),
            ("sv da no", "till|til|modtager|mottaker"),
            ("fi et", "vastaanottaja|adressaat|saaja"),
            ("pl cs sk hr sl", "do|komu|adresat|pre|prima|za|příjemce|príjemca"),
            ("ru uk bg sr", "кому|до|получатель|за|прима"),
            ("lt lv", "kam|gavėjas|saņēmējs"),
            ("hu tr", "címzett|címzettek|kime|alıcı|alıcılar"),
            ("el", "προς|παραλήπτης"),
            ("he ar fa", "אל|إلى|الى|المستلم|به|گیرنده"),
            ("vi id ms th hi", "đến|tới|người nhận|kepada|ke|untuk|ถึง|प्रति"),
            ("zh ja ko", "收件人|收件者|收信人|宛先|받는 사람|받는사람|받는이|수신자|수신"),
        ],
    ),
    (
        Label::Copy,
        &[
            ("es pt en fr it", "cc|cco|bcc|cci|con copia|com cópia|copie à|copie|copia|ccn"),
            ("de nl", "kopie|bcc"),
            ("sv da no fi et", "kopia|kopi|kopio|koopia"),
            ("pl cs sk hr sl", "dw|udw|kopie|kópia|kopija|kp"),
            ("ru uk bg sr", "копия|копія|копие|копија"),
            ("hu tr el", "másolatot kap|másolat|bilgi|κοιν|κοινοποίηση"),
            ("he ar fa", "עותק|نسخة|نسخه|رونوشت"),
            ("vi id th", "salinan|tembusan|สำเนา"),
            ("zh ja ko", "抄送|副本|密送|密件副本|ccに追加|참조|숨은 참조"),
        ],
    ),
    (
        Label::Subject,
        &[
            ("es gl", "asunto|tema"),
            ("pt", "assunto"),
            ("ca eu", "assumpte|gaia"),
            ("en", "subject"),
            ("fr", "objet|sujet"),
            ("it ro", "oggetto|ogg|subiect"),
            ("de nl", "betreff|betr|onderwerp|betreft"),
            ("sv da no fi et", "ämne|emne|aihe|teema"),
            ("pl cs sk hr sl", "temat|předmět|predmet|zadeva|naslov"),
            ("ru uk bg sr", "тема|относно|наслов|предмет"),
            ("lt lv", "tema|temats|tēma"),
            ("hu tr el", "tárgy|konu|θέμα"),
            ("he ar fa", "נושא|הנדון|الموضوع|موضوع"),
            ("vi id ms th hi", "chủ đề|tiêu đề|perihal|subjek|judul|เรื่อง|หัวข้อ|विषय"),
            ("zh ja ko", "主题|主旨|主題|标题|標題|件名|제목"),
        ],
    ),
    (
        Label::Other,
        &[
            ("es", "responder a|importancia|prioridad|datos adjuntos|adjuntos|archivos adjuntos"),
            ("pt", "responder para|importância|prioridade|anexos|anexo"),
            (
                "en",
                "reply-to|importance|priority|attachments|attachment|organization|resent-from|message-id|x-mailer|mime-version|content-type",
            ),
            ("fr it", "répondre à|importance|pièces jointes|rispondi a|risposta|allegati|priorità"),
            ("de nl", "antwort an|priorität|wichtigkeit|anlagen|antwoord aan|bijlagen|urgentie"),
        ],
    ),
];

/// The languages whose labels people also write above data of their own.
pub(super) const REPORTERS: &[&str] = &["es", "pt", "en"];

/// Whole lines above quotes, between dashes or with a colon.
pub(super) const SEPARATORS: &[(&str, &str)] = &[
    ("es", "mensaje original|mensaje de respuesta|mensaje reenviado|inicio del mensaje reenviado|correo original"),
    (
        "pt gl",
        "mensagem original|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|início da mensagem reencaminhada|mensaxe orixinal",
    ),
    ("ca eu", "missatge original|missatge reenviat|inici del missatge reenviat|jatorrizko mezua"),
    ("en", "original message|reply message|forwarded message|begin forwarded message|forwarded by|original email|original appointment"),
    (
        "fr",
        "message d'origine|message original|message initial|message transféré|mail original|courriel original|début du message réexpédié|début du message transféré|message réexpédié",
    ),
    ("it", "messaggio originale|messaggio inoltrato|inizio messaggio inoltrato"),
    ("ro", "mesaj original|mesajul original|mesaj redirecționat|mesaj transmis"),
    (
        "de",
        "ursprüngliche nachricht|original-nachricht|originalnachricht|originalmeldung|ursprüngliche mail|weitergeleitete nachricht|anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|weitergeleitete mail",
    ),
    ("nl", "oorspronkelijk bericht|origineel bericht|doorgestuurd bericht|begin doorgestuurd bericht"),
    ("sv", "ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|vidarebefordrat brev"),
    (
        "da no",
        "oprindelig meddelelse|oprindelig besked|opprinnelig melding|opprinnelig e-post|videresendt meddelelse|videresendt besked|videresendt melding",
    ),
    ("fi et", "alkuperäinen viesti|välitetty viesti|välitetty viesti alkaa|algkiri|edastatud kiri|algne kiri|algne sõnum"),
    (
        "pl",
        "wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|przekazana wiadomość|początek przekazywanej wiadomości|treść przekazanej wiadomości",
    ),
    ("cs sk", "původní zpráva|původní e-mail|přeposlaná zpráva|začátek přeposílané zprávy|pôvodná správa|preposlaná správa|pôvodný e-mail"),
    (
        "hr sl sr",
        "izvorna poruka|originalna poruka|prosljeđena poruka|proslijeđena poruka|izvirno sporočilo|posredovano sporočilo|оригинална порука",
    ),
    (
        "ru",
        "исходное сообщение|первоначальное сообщение|оригинальное сообщение|пересланное сообщение|пересылаемое сообщение|начало переадресованного сообщения|начало пересылаемого сообщения|исходное письмо",
    ),
    (
        "uk bg",
        "оригінальне повідомлення|вихідне повідомлення|переслане повідомлення|оригинално писмо|оригинално съобщение|препратено съобщение",
    ),
    ("lt lv", "pirminis laiškas|originalus laiškas|persiųstas laiškas|sākotnējais ziņojums|pārsūtītā vēstule"),
    ("hu", "eredeti üzenet|továbbított üzenet|továbbított levél|továbbított levél kezdete"),
    ("tr", "özgün ileti|orijinal ileti|orijinal mesaj|özgün mesaj|iletilen mesaj|iletilmiş mesaj|iletilen ileti başlangıcı"),
    ("el", "αρχικό μήνυμα|προωθημένο μήνυμα|έναρξη προωθημένου μηνύματος"),
    ("he ar fa", "הודעה מקורית|הודעה שהועברה|الرسالة الأصلية|رسالة أصلية|رسالة معاد توجيهها|بداية الرسالة المعاد توجيهها|پیام اصلی"),
    ("vi id ms th", "thư gốc|thư được chuyển tiếp|pesan asli|pesan terusan|mesej asal|ข้อความต้นฉบับ"),
    (
        "zh",
        "邮件原件|原始邮件|原邮件|原始郵件|原始訊息|原信件|转发的邮件|转发邮件信息|轉寄的郵件|转发的消息|下面是被转发的邮件|以下是轉寄的郵件",
    ),
    (
        "ja ko",
        "元のメッセージ|転送されたメッセージ|転送メッセージ|オリジナルメッセージ|원본 메시지|원본 이메일|원본 메일|전달된 메시지|전달된 메일",
    ),
];

/// Words by which such a line tells that a mail was forwarded.
pub(super) const FORWARDED: &[(&str, &str)] = &[
    ("es pt ca", "reenviado|encaminhada|reencaminhada|reenviat"),
    ("en", "forwarded"),
    ("fr it ro", "transféré|réexpédié|inoltrato|redirecționat"),
    ("de nl", "weitergeleitete|weitergeleiteten|doorgestuurd"),
    ("sv da no fi", "vidarebefordrat|videresendt|välitetty"),
    ("pl cs sk hr sl", "przekazana|przekazywanej|přeposlaná|přeposílané|preposlaná|proslijeđena|posredovano"),
    ("ru uk bg", "пересланное|пересылаемое|переадресованного|переслане|препратено"),
    ("hu tr el", "továbbított|iletilen|iletilmiş|προωθημένο"),
    ("zh ja ko", "转发|轉寄|転送|전달된"),
];

/// What a message is called between dashes.
pub(super) const MESSAGE_NOUNS: &[(&str, &str)] = &[
    (
        "es pt fr it en ro ca gl",
        "mensaje|correo|mensagem|message|messages|mail|email|e-mail|courriel|messaggio|mesaj|mesajul|missatge|mensaxe",
    ),
    ("de nl sv da no", "nachricht|mail|e-mail|bericht|meddelande|brev|mejl|e-post|epost|meddelelse|besked|melding"),
    ("fi et pl cs sk hr sl", "viesti|sähköposti|kiri|sõnum|wiadomość|zpráva|správa|poruka|sporočilo"),
    (
        "ru uk bg sr lt lv hu tr el",
        "сообщение|письмо|повідомлення|лист|писмо|съобщение|порука|laiškas|ziņojums|vēstule|üzenet|levél|ileti|mesaj|μήνυμα",
    ),
];

/// And how it is told from the new one.
pub(super) const MESSAGE_KINDS: &[(&str, &str)] = &[
    (
        "es pt en",
        "original|originales|anterior|previo|previous|earlier|old|reply|forwarded|reenviado|respuesta|resposta|recibido|recebida|received|quoted|citado|inicial",
    ),
    ("fr it ro", "origine|d'origine|original|initial|précédent|transféré|réponse|reçu|originale|precedente|inoltrato|risposta|anteriorul"),
    (
        "de nl",
        "ursprüngliche|originale|original|originalnachricht|weitergeleitete|antwort|vorherige|oorspronkelijk|origineel|doorgestuurd|antwoord|vorig",
    ),
    (
        "sv da no fi et",
        "ursprungligt|ursprunglig|vidarebefordrat|svar|oprindelig|oprindeligt|videresendt|opprinnelig|alkuperäinen|välitetty|vastaus|algne|edastatud",
    ),
    (
        "pl cs sk hr sl",
        "oryginalna|przekazana|odpowiedź|poprzednia|původní|přeposlaná|odpověď|pôvodná|preposlaná|izvorna|originalna|proslijeđena|izvirno",
    ),
    (
        "ru uk bg lt lv hu tr el",
        "исходное|первоначальное|пересланное|оригинальное|ответ|предыдущее|оригінальне|переслане|оригинално|препратено|pirminis|sākotnējais|eredeti|továbbított|válasz|özgün|orijinal|iletilen|αρχικό|προωθημένο",
    ),
];

/// Small words between them.
pub(super) const MESSAGE_JOINTS: &[(&str, &str)] = &[("all", "de|del|da|do|of|the|el|la|le|der|die|das|il|van|het|a|di|du")];

/// How the line begins that ends a forwarded mail.
pub(super) const MESSAGE_ENDS: &[(&str, &str)] = &[("all", "fin|fim|final|end|ende|fine|einde|slut|konec|koniec|конец")];

/// How desks say where the reply ends.
pub(super) const ABOVE_THIS_LINE: &[(&str, &str)] = &[
    ("es", "por encima de esta línea|encima de esta línea|arriba de esta línea|sobre esta línea"),
    ("pt", "acima desta linha"),
    ("en", "above this line|over this line"),
    ("fr it", "au-dessus de cette ligne|sopra questa riga|sopra questa linea"),
    ("de nl", "oberhalb dieser linie|über dieser linie|boven deze lijn|boven deze regel"),
];
