// A phone in a page: JsSIP signs on, calls and is called, and says in the page what became of it.
import JsSIP from 'jssip';
import { listenTo, pressInVoice, showCall, voice } from './browser-voice.js';

const show = (state, more = '') => {
  document.body.dataset.state = state;
  document.body.dataset.more = more;
};

// the same instance after a reload, as a softphone keeps it (RFC 5626 section 4.1)
const instance = () => {
  let id = localStorage.getItem('instance');
  if (!id) localStorage.setItem('instance', (id = crypto.randomUUID()));
  return id;
};

let session;

const take = (call, hertz) => {
  session = call;
  call.on('progress', () => showCall('ringing'));
  call.on('confirmed', () => showCall('up'));
  call.on('hold', ({ originator }) => showCall('held', originator));
  call.on('unhold', () => showCall('up'));
  call.on('ended', ({ cause }) => showCall('over', cause));
  call.on('failed', ({ cause, message }) => showCall('failed', `${message?.status_code ?? ''} ${cause}`));
  if (call.connection) listenTo(call.connection);
  else call.on('peerconnection', ({ peerconnection }) => listenTo(peerconnection));
  if (call.direction === 'incoming') {
    showCall('called');
    call.answer({ mediaStream: voice(hertz) });
  }
};

const signOn = ({ socket, user, domain, password, instanceId, hertz }) => {
  const ua = new JsSIP.UA({
    sockets: [new JsSIP.WebSocketInterface(socket)],
    uri: `sip:${user}@${domain}`,
    password,
    instance_id: instanceId,
    register_expires: 120,
  });
  ua.on('connected', () => show('connected'));
  ua.on('disconnected', () => show('disconnected'));
  ua.on('registered', ({ response }) => show('registered', response.getHeader('Contact')));
  ua.on('unregistered', () => show('unregistered'));
  ua.on('registrationFailed', ({ response, cause }) => show('refused', `${response?.status_code ?? ''} ${cause}`));
  ua.on('newRTCSession', ({ originator, session: call }) => originator === 'remote' && take(call, hertz));
  ua.start();
  window.phone = ua;
  window.call = number => take(ua.call(`sip:${number}@${domain}`, { mediaStream: voice(hertz), extraHeaders: ['Supported: 100rel'] }), hertz);
};

window.hold = () => session.hold();
window.resume = () => session.unhold();
window.hangUp = () => session.terminate();
window.press = (keys, how) => (how === 'info' ? session.sendDTMF(keys) : pressInVoice(session.connection, keys));

show('idle');
showCall('none');
window.signOn = line => {
  sessionStorage.setItem('line', JSON.stringify(line));
  signOn({ ...line, instanceId: instance() });
};

const kept = sessionStorage.getItem('line');
if (kept) signOn({ ...JSON.parse(kept), instanceId: instance() });
