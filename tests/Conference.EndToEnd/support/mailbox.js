// A mail server that keeps what it receives: node mailbox.js FIRST_PORT CERTIFICATE KEY
// FIRST_PORT plain SMTP, +1 STARTTLS (and log-in only after it), +2 TLS from the first byte, +3 HTTP:
//   GET /messages    everything received, calendars already read by an independent parser
//   DELETE /messages
//   POST /refuse?code=451    answers every recipient with this code until called with 0
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const ICAL = require('ical.js');
const { simpleParser } = require('mailparser');
const { SMTPServer } = require('smtp-server');

const [first, certificate, key] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const tls = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key) };
let received = [];
let refusal = 0;

function listen(port, options) {
    const server = new SMTPServer({
        ...tls, ...options, authOptional: true, logger: false,
        onAuth: (login, session, done) => login.username === 'conference' && login.password === 'let me send'
            ? done(null, { user: login.username }) : done(new Error('wrong password')),
        onRcptTo: (address, session, done) => done(refusal ? Object.assign(new Error('not now'), { responseCode: refusal }) : null),
        onData: (stream, session, done) => simpleParser(stream).then(mail => keep(mail, session)).then(() => done(), done),
    });
    server.on('error', error => console.error(`smtp: ${error.message}`)); // a failed handshake is the client's problem
    server.listen(port, '127.0.0.1');
}

function keep(mail, session) {
    const calendars = mail.attachments.filter(part => part.contentType === 'text/calendar' || part.contentType === 'application/ics');
    received.push({
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map(recipient => recipient.address),
        encrypted: session.secure,
        user: session.user || null,
        subject: mail.subject || '',
        text: mail.text || '',
        html: mail.html || '',
        types: structure(mail),
        calendars: calendars.map(part => calendar(part.content.toString('utf8'))),
    });
}

// the content type of the whole, and of every attached part
function structure(mail) {
    return [mail.headers.get('content-type')?.value, ...mail.attachments.map(part => part.contentType)];
}

function calendar(text) {
    const whole = new ICAL.Component(ICAL.parse(text));
    for (const zone of whole.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
    const event = new ICAL.Event(whole.getFirstSubcomponent('vevent'));
    const value = name => event.component.getFirstPropertyValue(name);
    return {
        method: whole.getFirstPropertyValue('method'),
        uid: event.uid,
        sequence: event.sequence || 0,
        summary: event.summary,
        description: event.description || '',
        location: event.location || '',
        status: value('status') || '',
        organizer: String(value('organizer') || ''),
        attendees: event.attendees.map(person => String(person.getFirstValue())),
        zones: whole.getAllSubcomponents('vtimezone').map(zone => zone.getFirstPropertyValue('tzid')),
        start: event.startDate.toJSDate().toISOString(),
        end: event.endDate.toJSDate().toISOString(),
        startZone: event.startDate.zone ? event.startDate.zone.tzid : '',
        text,
    };
}

listen(first, { hideSTARTTLS: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
listen(first + 1, {});
listen(first + 2, { secure: true });
http.createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (request.method === 'DELETE') received = [];
    if (url.pathname === '/refuse') refusal = Number(url.searchParams.get('code'));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(received));
}).listen(first + 3, '127.0.0.1', () => console.log('ready'));
