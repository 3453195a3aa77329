// The same phone by the other library: SIP.js signs on, calls and is called, and says in the page what became of it.
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, Web } from 'sip.js';
import { listenTo, pressInVoice, showCall, voice } from './browser-voice.js';

const show = (state, more = '') => {
  document.body.dataset.state = state;
  document.body.dataset.more = more;
};

let session;

const take = call => {
  session = call;
  call.stateChange.addListener(state => {
    if (state === SessionState.Establishing) showCall('ringing');
    if (state === SessionState.Established) showCall('up');
    if (state === SessionState.Terminated) showCall('over');
  });
  call.delegate = { onSessionDescriptionHandler: handler => listenTo(handler.peerConnection) };
};

window.signOn = async ({ socket, user, domain, password, hertz }) => {
  const agent = new UserAgent({
    uri: UserAgent.makeURI(`sip:${user}@${domain}`),
    authorizationUsername: user,
    authorizationPassword: password,
    transportOptions: { server: socket },
    sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(async () => voice(hertz)),
    sipExtension100rel: 'Supported',
    delegate: {
      onInvite: call => {
        showCall('called');
        take(call);
        call.accept();
      },
    },
  });
  await agent.start();
  show('connected');
  const registerer = new Registerer(agent);
  registerer.stateChange.addListener(state => state === RegistererState.Registered && show('registered'));
  await registerer.register({ requestDelegate: { onReject: ({ message }) => show('refused', `${message.statusCode}`) } });
  window.call = number => {
    const call = new Inviter(agent, UserAgent.makeURI(`sip:${number}@${domain}`));
    take(call);
    call.invite({ requestDelegate: { onReject: ({ message }) => showCall('failed', `${message.statusCode}`) } });
  };
};

const reoffer = isHeld => {
  session.sessionDescriptionHandlerOptionsReInvite = { hold: isHeld };
  session.invite({ requestDelegate: { onAccept: () => showCall(isHeld ? 'held' : 'up') } });
};
window.hold = () => reoffer(true);
window.resume = () => reoffer(false);
window.hangUp = () => session.bye();
window.press = (keys, how) => {
  if (how !== 'info') return pressInVoice(session.sessionDescriptionHandler.peerConnection, keys);
  const body = key => ({ contentDisposition: 'render', contentType: 'application/dtmf-relay', content: `Signal=${key}\r\nDuration=160` });
  return [...keys].reduce((before, key) => before.then(() => session.info({ requestOptions: { body: body(key) } })), Promise.resolve());
};

show('idle');
showCall('none');
