// A phone in a page: JsSIP signs on and says in the page what became of it.
import JsSIP from 'jssip';

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

const signOn = ({ socket, user, domain, password, instanceId }) => {
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
  ua.start();
  window.phone = ua;
};

show('idle');
window.signOn = line => {
  sessionStorage.setItem('line', JSON.stringify(line));
  signOn({ ...line, instanceId: instance() });
};

const kept = sessionStorage.getItem('line');
if (kept) signOn({ ...JSON.parse(kept), instanceId: instance() });
