{{- define "stt.labels" -}}
app.kubernetes.io/name: stt
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "stt.selector" -}}
app.kubernetes.io/name: stt
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "stt.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Values.target }}
{{- end }}

{{- define "stt.environment" -}}
envFrom:
  - configMapRef: {name: {{ .Release.Name }}-settings}
  - secretRef: {name: {{ .Values.secret }}}
{{- end }}

{{- define "stt.hardened" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{- define "stt.mounts" -}}
volumeMounts:
  - {name: data, mountPath: /data}
  - {name: models, mountPath: /models}
  - {name: tmp, mountPath: /tmp}
{{- end }}

{{- /* What both kinds of pods have: takes root, component, and the values of the component. */ -}}
{{- define "stt.pod" -}}
serviceAccountName: {{ .root.Release.Name }}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "stt.selector" . | nindent 8 }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: data
    emptyDir: {sizeLimit: 1Gi}
  - name: tmp
    emptyDir: {sizeLimit: {{ .values.tmpSizeLimit }}}
  - name: models
    {{- if .root.Values.models.claim }}
    persistentVolumeClaim: {claimName: {{ .root.Values.models.claim }}}
    {{- else }}
    emptyDir: {sizeLimit: {{ .root.Values.models.sizeLimit }}}
    {{- end }}
{{- end }}

{{- /* The tables first: whoever comes first upgrades them, the others wait for it. */ -}}
{{- define "stt.upgrade" -}}
- name: upgrade-tables
  image: {{ include "stt.image" . }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  args: [db, upgrade]
  {{- include "stt.environment" . | nindent 2 }}
  {{- include "stt.hardened" . | nindent 2 }}
  {{- include "stt.mounts" . | nindent 2 }}
{{- end }}
