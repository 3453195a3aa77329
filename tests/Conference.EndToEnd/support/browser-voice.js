// The mouth and the ear of a phone in a page: one steady tone out, and how loud any tone is in what comes.
let context;
const sound = () => (context ??= new AudioContext());

/** A stream with one tone, as quiet as the voice of the other phones. */
export const voice = hertz => {
  const [tone, gain, out] = [sound().createOscillator(), sound().createGain(), sound().createMediaStreamDestination()];
  tone.frequency.value = hertz;
  gain.gain.value = 0.15;
  tone.connect(gain).connect(out);
  tone.start();
  return out.stream;
};

/** Listens to a peer connection from now on. */
export const listenTo = connection => {
  const ear = sound().createAnalyser();
  ear.fftSize = 8192;
  const hear = ({ track }) => {
    const stream = new MediaStream([track]);
    const player = document.body.appendChild(document.createElement('audio')); // without one Chromium decodes nothing
    Object.assign(player, { srcObject: stream, autoplay: true });
    sound().createMediaStreamSource(stream).connect(ear);
  };
  connection.addEventListener('track', hear);
  connection.getReceivers().filter(r => r.track).forEach(hear);
  window.loudness = hertz => amplitude(ear, hertz);
  window.connection = connection;
};

// of its sine, of full scale: Goertzel under a Hann window
const amplitude = (ear, hertz) => {
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / sound().sampleRate);
  let [before, last, weight] = [0, 0, 0];
  samples.forEach((sample, i) => {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / samples.length);
    weight += hann;
    [before, last] = [last, hann * sample + turn * last - before];
  });
  return (2 * Math.sqrt(Math.max(0, last * last + before * before - turn * last * before))) / weight;
};

/** Keys as telephone events in the voice (RFC 4733). */
export const pressInVoice = async (connection, keys) => {
  const { dtmf } = connection.getSenders().find(s => s.track?.kind === 'audio');
  for (let tries = 0; !dtmf.canInsertDTMF && tries < 200; tries++) await new Promise(go => setTimeout(go, 50)); // not before the way is open
  dtmf.insertDTMF(keys, 120, 120);
};

export const showCall = (state, more = '') => {
  document.body.dataset.call = state;
  document.body.dataset.callMore = more;
};
