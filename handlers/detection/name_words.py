"""Words beside which persons are named, and words that are written large without being a person, in six languages."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    "mr mrs ms miss mx dr prof professor sir madam herr herrn hr frau fräulein mag mme mlle madame monsieur "
    "mademoiselle m mr. messieurs mesdames maître sr sra srta señor señora señorita don doña sig signor signora "
    "signorina sigra dott dottssa profssa avvssa ssa dottore dottoressa dra ing avv rag geom arch senhor "
    "senhora menina doutor "
    "doutora eng engenheiro engª exmo exma srª dª "
)
"""Titles; of those that are also words, only with a capital."""

GREETINGS = (
    "hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|greetings|thanks(?: so much| a lot| again)?|"
    "thank you(?: so much| very much| again)?|thx|ty|many thanks|cheers|sorry|ok|okay|welcome|congratulations|hallo|"
    "hey|moin(?: moin)?|servus|grüezi|grüß (?:gott|dich)|grüss (?:gott|dich)|guten (?:morgen|tag|abend)|liebe[rs]?|"
    "sehr geehrte[rs]?|geehrte[rs]?|werte[rs]?|danke(?: dir| schön| vielmals)?|vielen dank|besten dank|bonjour|"
    "bonsoir|salut|coucou|cher|chère|chers|merci(?: beaucoup| bien)?|désolée?|hola|buenas|buenos días|"
    "buenas (?:tardes|noches)|estimad[oa]s?|querid[oa]s?|apreciad[oa]|muchas gracias|gracias|ciao|salve|buongiorno|"
    "buonasera|buon giorno|gentile|gentilissim[oa]|gent\\.m[oa]|egregio|car[oaie]|carissim[oa]|"
    "grazie(?: mille| tante)?|olá|oi|oie|bom dia|boa (?:tarde|noite)|prezad[oa]s?|estimad[oa]|caríssim[oa]|"
    "obrigad[oa]|muito obrigad[oa]|valeu|attn|attention|z\\. ?hd\\.?|fao"
)
"""What stands before the name of who is written to."""

FAREWELLS = (
    "(?:(?:best|kind|kindest|warm|warmest|many|with (?:best|kind)) )?(?:regards|wishes|thanks)|best|cheers|thx|"
    "thanks|thank you|sincerely|yours(?: (?:sincerely|faithfully|truly))?|take care|love|br|kr|rgds|"
    "(?:mit )?(?:(?:freundlichen|freundliche|vielen|viele|liebe|lieben|beste|besten|herzliche|herzlichen|schöne|"
    "sonnige) )+(?:grüßen?|grüssen?|gruß|gruss|dank)|grüße|grüsse|gruß|gruss|lg|vg|mfg|bg|danke|hochachtungsvoll|"
    "dein|deine|ihre?|(?:bien )?cordialement|bien à vous|(?:meilleures |sincères )?salutations|cdlt|amicalement|"
    "bises|bonne journée|merci|(?:un |muchos |cordiales )?saludos?(?: cordiales?)?|atentamente|atte|un abrazo|"
    "gracias|muchas gracias|(?:cordiali|distinti|cari|un caro|tanti) saluti?|un caro saluto|saluti|cordialmente|"
    "grazie|buona giornata|atenciosamente|att|(?:com os )?(?:melhores )?cumprimentos|cumprimentos|(?:um )?abraço|"
    "abraços|obrigad[oa]|regards|signed|gez|i\\. ?a|i\\. ?v|ppa"
)
"""What stands before the name of who writes."""

ROLES = (
    "colleague|colleagues|manager|gm|ceo|cfo|coo|cto|boss|director|owner|receptionist|assistant|supervisor|concierge|"
    "housekeeper|night auditor|predecessor|successor|husband|wife|guest|admin|GM|CEO|CFO|COO|CTO|"
    "(?i:kolleg(?:e|en|in)|chef(?:in)?|direktor(?:in)?|geschäftsführer(?:in)?|leiter(?:in)?|inhaber(?:in)?|"
    "vorgänger(?:in)?|nachfolger(?:in)?|rezeptionist(?:in)?)|Gast|collègue|directeur|directrice|patronn?e?|gérante?|"
    "responsable|réceptionniste|adjointe?|client|cliente|compañer[oa]|directora?|gerente|jef[ea]|dueñ[oa]|"
    "propietari[oa]|recepcionista|huésped|collega|direttore|direttrice|titolare|responsabile|receptionist|ospite|"
    "proprietari[oa]|colega|diretora?|chefe|don[oa]|proprietári[oa]|hóspede"
)
"""Who somebody is, before the name."""

NAMINGS = (
    "(?:the )?surname(?: is| from| to)?|the name|nachname|nom de famille|apellidos?|cognome|sobrenome|apelido|"
    "gruppo|groupe|grupo|gruppe|family|familie|famille|familia|famiglia|família|"
    "(?:my|his|her|their|the|whose|guest|first|last|full) names? (?:is|was|of)|(?:in the )?names? of|ich heiße|"
    "ich heisse|(?:mein |ihr |sein )?name (?:ist|lautet)|namens|je m'appelle|s'appelle|mon nom est|au nom de|"
    "me llamo|se llama|mi nombre es|a nombre de|mi chiamo|si chiama|il mio nome è|a nome di|di nome|chamo-me|"
    "me chamo|chama-se|se chama|(?:o )?meu nome é|em nome de"
)
"""What says that a name follows."""

PRESENTINGS = (
    "i am|i'm|this is|its|it's|ich bin(?: die| der)?|hier ist|hier schreibt|c'est|ici|soy|aquí|sono|qui|"
    "aqui é(?: o| a)?|aqui|sou(?: o| a)?"
)
"""What says so where a place follows the name: this is Jana from the front desk."""

ADDRESSED = (
    "asked|ask|tell|told|spoken? (?:to|with)|talk(?:ed|ing)? (?:to|with)|meeting with|met with|emailed|cc|cc'?ing|"
    "demandez à|demandé à|parlé (?:à|avec)|vu avec|échangé avec|contactez|"
    "hablado con|hablé con|hablamos con|pregunt(?:ad|é|amos) a|contactad con|"
    "parlato con|chiesto a|sentito|chiedete a|"
    "falei com|falado com|falámos com|falamos com|perguntei a(?:o)?|perguntem a(?:o)?"
)
"""What is done to a person whose name follows."""

SAYINGS = (
    "(?:also |just )?(?:told|said|says|asked|wrote|explained|mentioned|promised|thinks|believes|hates|loves)|"
    "and (?:i|me)|"
    "sagte|sagt|meinte|meint|schrieb|schreibt|hat gesagt|"
    "a dit|m'a dit|nous a dit|pense|trouve|dijo|me dijo|nos dijo|ha dicho|dice|cree|"
    "ha detto|dice|mi ha detto|ci ha detto|pensa|disse|diz|acha|me disse|nos disse"
)
"""What a person says or thinks, after the name."""

DEEDS = (
    "who|whose|has left|left(?! (?:over|side|behind|hand|to|in|on|open|out|with)\\b)|"
    "leaves|is leaving|is retiring|retire[ds]|resign(?:s|ed)|quit|is no longer|"
    "no longer works|has resigned|handed in|moved on|here|speaking|"
    "from (?:reception|revenue|sales|night|front|housekeeping|accounting|finance|it|marketing)|verlässt|"
    "hat gekündigt|kündigt|geht in|ist nicht mehr|wechselt|nous quitte|quitte|a quitté|a démissionné|part à|se va|"
    "se jubila|deja|ha dejado|dejó|lascia|ha lasciato|va in pensione|se ne va|non lavora più|sai|saiu|deixa|deixou|"
    "foi embora|vai sair"
)
"""What a person does, after the name."""

PARTICLES = _words(
    "d dell dall "
    "von van vom zu zum zur den der de del della delle dei degli di da do dos das du des la le el al bin ben ibn y "
    "e ter ten af av st "
)
"""Small words within a name."""

HOUSES = _words(
    "hotel hôtel grand royal albergo hostel pension gasthof gasthaus haus villa casa maison château schloss "
    "palazzo palace "
    "chalet residence résidence residenz san santa santo sankt saint sainte são st ste chez lake lago lac mount "
    "mont port porto cape via rue calle rua piazza plaza place "
)
"""After these, a name is a house's or a place's."""

NOUNS = _words(
    "alba angel ball bass bauer beck becker berg bergen berger bill bo braun camp clement crews ernst farmer fern "
    "fink fischer flora frost funk gala gross hahn hall hartmann heide heller hoffmann hofmann holder holland "
    "horn horst huber hunt jung katz keller kern kit klein knapp koch kramer krause kuhn kurz land lang lange "
    "lehmann locke lord mann marine mayer meier mercedes messer meyers muller neumann nova olive pike pope post "
    "richter ritter roth schafer schmidt schmitt schneider schroder schulz schwarz smart sommer springer stark "
    "starr stein story summer tran viola vogel wagner wall weber weiss wilder winter wolf zimmermann "
)
"""Names that are nouns of German: there, a capital says nothing of them."""

SURNAMES = _words(
    "may best good english french york ho lo green white black gold golden king porter head guest lake park "
    "west north "
    "east south house holiday lead board bath bristol bank star street castle bay case service page fair board "
    "march day"
)
"""Words that are taken for a surname right after a given name."""

GERMAN = _words(
    "der die das und nicht wir ich ist sind ein eine einen mit für von zu auf den dem im am bei aus auch noch haben "
    "hat wird werden kann können bitte unser unsere unseren nach seit sie es uns dass wenn oder aber wie zum zur "
    "nur schon "
)
"""Small words by which German is known: there, every noun has a capital."""
